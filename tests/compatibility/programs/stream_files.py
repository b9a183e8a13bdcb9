"""Print the events of a model whose output are files."""

import replicate

for event in replicate.stream("local/identicon", input={"prompt": "a kite"}):
    print(str(event))
