// The operations of the interop table with the official JavaScript client.
import assert from "node:assert";
import http from "node:http";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.INTEROP_MODULES}/`);
const Replicate = require("replicate");
const { validateWebhook } = Replicate;
const client = new Replicate({ auth: process.env.INTEROP_TOKEN, baseUrl: `${process.env.INTEROP_ORIGIN}/v1` });

const version = async (name) => (await client.models.get("local", name)).latest_version.id;
const echo = await version("echo");

async function create() {
  const prediction = await client.predictions.create({ version: echo, input: { text: "created" } });
  assert.ok(prediction.id);
  assert.deepEqual((await client.predictions.get(prediction.id)).input, { text: "created" });
}

async function wait() {
  const created = await client.predictions.create({ version: await version("sleeper"), input: { seconds: 0.3 } });
  const prediction = await client.wait(created, { interval: 100 });
  assert.equal(prediction.status, "succeeded");
  assert.equal(prediction.output, "slept 0.3 s");
  const atOnce = await client.predictions.create({ version: echo, input: { text: "held" }, wait: 10 });
  assert.equal(atOnce.output.text, "held");
}

async function run() {
  assert.equal((await client.run("local/echo", { input: { text: "ran", count: 3 } })).count, 3);
  assert.ok((await client.run("local/ngram", { input: { prompt: "the", max_tokens: 5 } })).join(""));
  const [picture] = await client.run("local/julia", { input: { prompt: "a", width: 16, height: 16 } });
  // It makes file objects of https: and data: URLs only; an engine on this machine speaks http.
  const bytes = Buffer.from(await (await fetch(String(picture))).arrayBuffer());
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
  await assert.rejects(client.run("local/fail", { input: {} }), /Prediction failed/);
}

async function stream() {
  const input = { prompt: "the", max_tokens: 8, seed: 1 };
  let text = "";
  let last;
  for await (const event of client.stream("local/ngram", { input })) {
    text += event.toString();
    last = event.event;
  }
  assert.equal(last, "done");
  assert.equal(text, (await client.run("local/ngram", { input })).join(""));
}

async function cancel() {
  const created = await client.predictions.create({ version: await version("sleeper"), input: { seconds: 60 } });
  assert.equal((await client.predictions.cancel(created.id)).status, "canceled");
  assert.equal((await client.wait(created, { interval: 100 })).status, "canceled");
}

async function files() {
  const uploaded = await client.files.create(Buffer.from("one two three"));
  assert.equal((await client.files.get(uploaded.id)).size, 13);
  assert.ok((await client.files.list()).results.some((file) => file.id === uploaded.id));
  const counted = await client.run("local/wordcount", { input: { text: uploaded.urls.get } });
  assert.equal(counted.words, 3);
  const direct = await client.run("local/wordcount", { input: { text: Buffer.from("four words in here") } });
  assert.equal(direct.words, 4);
  assert.equal(await client.files.delete(uploaded.id), true);
  await assert.rejects(client.files.get(uploaded.id), /404/);
}

async function lists() {
  for (let number = 0; number < 101; number++) await client.predictions.create({ version: echo, input: {} });
  const seen = [];
  for await (const page of client.paginate(client.predictions.list)) seen.push(...page.map((one) => one.id));
  assert.ok(seen.length > 100);
  assert.equal(new Set(seen).size, seen.length);
  assert.ok((await client.models.list()).results.some((model) => model.name === "echo"));
  assert.ok((await client.collections.list()).results.length);
  assert.ok((await client.hardware.list())[0].sku);
  assert.ok((await client.models.search("picture")).results.length);
}

async function webhook() {
  let take;
  const call = new Promise((resolve) => { take = resolve; });
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => { response.end(); take({ headers: request.headers, body: Buffer.concat(chunks) }); });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  const created = await client.predictions.create({
    version: echo, input: {}, webhook: url, webhook_events_filter: ["completed"],
  });
  const { headers, body } = await call;
  server.closeAllConnections();
  server.close();
  assert.equal(JSON.parse(body).id, created.id);
  const { key } = await client.webhooks.default.secret.get();
  const request = (text) => new Request(url, { method: "POST", headers, body: text });
  assert.equal(await validateWebhook(request(body), key), true);
  assert.equal(await validateWebhook(request(`${body} `), key), false);
}

for (const [operation, step] of Object.entries({ create, wait, run, stream, cancel, files, list: lists, webhook })) {
  try {
    await step();
    console.log(JSON.stringify({ operation, ok: true, reason: "" }));
  } catch (error) {
    console.error(error);
    console.log(JSON.stringify({ operation, ok: false, reason: `${error.name}: ${error.message}`.split("\n")[0] }));
  }
}
process.exit(0);
