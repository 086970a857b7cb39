// MQTT.js as one connection of a device. DriverClient.cs says what is asked of it and what it answers.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import mqtt from 'mqtt'

const options = Object.fromEntries(process.argv.slice(2).map(argument => [argument.slice(0, argument.indexOf('=')), argument.slice(argument.indexOf('=') + 1)]))
const scheme = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' }[options.way]
const file = name => options[name] && readFileSync(options[name])
const note = (event, members) => console.log(JSON.stringify({ event, ...members }))
let count = 0
let closeCode = 0
let isRefused = false

const client = mqtt.connect(`${scheme}://${options.host}:${options.port}/mqtt`, {
  protocolVersion: Number(options.version),
  clientId: options.client,
  username: options.user,
  password: options.secret,
  clean: options.clean === '1',
  properties: options.version === '5' ? { sessionExpiryInterval: Number(options.expiry) } : undefined,
  will: options.will ? { topic: options.will, payload: '0', qos: 1, retain: true } : undefined,
  ca: file('ca'),
  cert: file('cert'),
  key: file('key'),
  reconnectPeriod: options.again === '1' ? 50 : 0,
  resubscribe: false
})

client.on('connect', answer => {
  note('connected', { present: answer.sessionPresent })
  if (options.subscribe) client.subscribe(options.subscribe, { qos: 1 }, (_, granted) => note('subscribed', { code: granted[0].qos }))
})
client.on('error', problem => {
  isRefused = Number.isInteger(problem.code)
  if (isRefused) note('refused', { code: problem.code })
  else console.error(problem)
})
client.on('message', (topic, payload, packet) =>
  note('message', { topic, payload: payload.toString('hex'), qos: packet.qos, retain: packet.retain, dup: packet.dup }))
client.on('disconnect', packet => { closeCode = packet.reasonCode })
client.on('close', () => {
  if (!isRefused) note('closed', { code: closeCode })
  if (options.again !== '1') process.exit()
})

client.once('connect', () => createInterface({ input: process.stdin }).on('line', line => {
  const number = ++count
  const [word, qos, retain, topic, payload] = line.split(' ')
  if (word === 'disconnect') return client.end()

  // What was not acknowledged when a connection ended MQTT.js sends again itself, and calls back then.
  client.publish(topic, Buffer.from(payload, 'hex'), { qos: Number(qos), retain: retain === '1' }, problem => {
    if (!problem || Number.isInteger(problem.code)) note('published', { number, code: problem?.code ?? 0 })
  })
}))
