#!/usr/bin/python3
"""Eclipse Paho Python (Debian's) as one connection of a device. DriverClient.cs says what is asked of it and what it answers."""
import json
import os
import ssl
import sys
import threading

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

options = dict(argument.split("=", 1) for argument in sys.argv[1:])
is_version_5 = options["version"] == "5"
comes_again = options.get("again") == "1"
connected = threading.Event()
gate = threading.Lock()
numbers = {}  # packet id → number of the publish
early = {}  # packet id → code of an answer that came before publish() had returned
codes = {}  # packet id → reason code of its answer


def note(event, **members):
    with gate:
        print(json.dumps({"event": event, **members}), flush=True)


def end(event, **members):
    note(event, **members)
    os._exit(0)


class Client(paho.Client):
    """Paho 1.6 tells no reason code of PUBACK and its like, nor that of a DISCONNECT without properties: read here, before it deals with the packet."""

    close_code = 0

    def _packet_handle(self):
        kind, body = self._in_packet["command"] & 0xF0, self._in_packet["packet"]
        if is_version_5 and kind in (0x40, 0x50, 0x70) and len(body) > 2:
            codes[body[0] << 8 | body[1]] = body[2]
        if is_version_5 and kind == 0xE0 and len(body) > 0:
            self.close_code = body[0]
        return super()._packet_handle()


def on_connect(client, userdata, flags, code, properties=None):
    if getattr(code, "value", code) != 0:
        end("refused", code=getattr(code, "value", code))
    note("connected", present=flags["session present"] == 1)
    if "subscribe" in options:
        client.subscribe(options["subscribe"], qos=1)
    connected.set()


def on_disconnect(client, userdata, code, properties=None):
    if comes_again:
        note("closed", code=client.close_code)
    else:
        end("closed", code=client.close_code)


def on_publish(client, userdata, packet_id):
    code = codes.pop(packet_id, 0)
    with gate:
        number = numbers.pop(packet_id, None)
        if number is None:
            early[packet_id] = code
    if number is not None:
        note("published", number=number, code=code)


def on_message(client, userdata, message):
    note("message", topic=message.topic, payload=message.payload.hex(), qos=message.qos, retain=bool(message.retain), dup=bool(message.dup))


def on_subscribe(client, userdata, packet_id, granted, properties=None):
    note("subscribed", code=getattr(granted[0], "value", granted[0]))


def publish(number, qos, retain, topic, payload):
    packet_id = client.publish(topic, bytes.fromhex(payload), qos=int(qos), retain=retain == "1").mid
    with gate:
        code = early.pop(packet_id, None)
        if code is None:
            numbers[packet_id] = number
    if code is not None:
        note("published", number=number, code=code)


is_clean = options["clean"] == "1"
client = Client(
    options["client"],
    clean_session=None if is_version_5 else is_clean,
    protocol=paho.MQTTv5 if is_version_5 else paho.MQTTv311,
    transport="websockets" if options["way"] in ("ws", "wss") else "tcp")
client.on_connect, client.on_disconnect, client.on_publish = on_connect, on_disconnect, on_publish
client.on_message, client.on_subscribe = on_message, on_subscribe
client.max_inflight_messages_set(200)
client.reconnect_delay_set(0.05, 0.2)
if "user" in options:
    client.username_pw_set(options["user"], options["secret"])
if options["way"] in ("tls", "wss"):
    client.tls_set(options["ca"], options.get("cert"), options.get("key"), cert_reqs=ssl.CERT_REQUIRED)
if options["way"] in ("ws", "wss"):
    client.ws_set_options(path="/mqtt")
if "will" in options:
    client.will_set(options["will"], "0", qos=1, retain=True)
more = {}
if is_version_5:
    more["clean_start"] = is_clean
    more["properties"] = Properties(PacketTypes.CONNECT)
    more["properties"].SessionExpiryInterval = int(options["expiry"])
client.connect(options["host"], int(options["port"]), **more)
client.loop_start()
connected.wait()
for count, line in enumerate(sys.stdin, 1):
    word, *values = line.split()
    if word == "publish":
        publish(count, *values)
    else:
        client.disconnect()
