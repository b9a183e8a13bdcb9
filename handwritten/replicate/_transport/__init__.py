"""The transport: HTTP with this client's rules under the generated code. What a prediction is, is not known here.

Every request passes `_transport.sending.deliver`, whoever made it, a generated endpoint function or the wrapper above:
the token is attached there, only for the API's own origin; time-outs, retries and errors are decided there.
"""
