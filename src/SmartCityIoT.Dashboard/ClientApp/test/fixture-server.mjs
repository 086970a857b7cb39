// A stand-in for the platform's HTTP API, for the tests of the page: node's own http server, the built files from
// wwwroot, and a district made from the repository's sector and region packs. Everything that moves is under the
// control of the test. `node test/fixture-server.mjs` serves it on port 5199 to look at.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeDistrict } from './fixture-district.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, '../../../..');

/** As strict as the page can be served: nothing inline, nothing from elsewhere, no blob workers. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * @param {{ devices?: number, port?: number, changesPerSecond?: number, root?: string }} [options]
 * `root` is the folder of the built page.
 */
export async function startFixture(options = {}) {
  const district = makeDistrict(repository, options.devices ?? 2000);
  const root = options.root ?? join(here, '../../wwwroot');
  const streams = new Set();
  /** What a test turns: refuse requests with a status, hold the stream silent, answer slowly. */
  const faults = { api: 0, stream: 0, acknowledge: 0, isSilent: false, delayMs: 0 };
  const requests = [];
  let version = 1;
  const epoch = Date.now().toString(36);

  const json = (response, body, status = 200, type = 'application/json') => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  const problem = (response, status, detail) =>
    json(response, { title: 'Refused', status, detail }, status, 'application/problem+json');

  const send = (stream, type, data) => {
    const id = type === 'devices' ? `id: ${epoch}-${version}\n` : '';
    stream.write(`event: ${type}\n${id}data: ${JSON.stringify(data)}\n\n`);
  };
  const broadcast = (type, data) => {
    if (type === 'devices') version++;
    if (!faults.isSilent) for (const stream of streams) send(stream, type, data);
  };

  const api = {
    '/region': () => district.region,
    '/sectors': () => ({ items: district.sectors, next: null }),
    '/areas': () => ({ items: district.areas(), next: null }),
    '/balance': () => district.balance(),
    '/dead-letters': () => ({ items: district.deadLetters, next: null }),
  };

  const answer = (request, response) => {
    const url = new URL(request.url ?? '/', 'http://fixture');
    const path = url.pathname.replace('/api/v1', '');
    const query = url.searchParams;
    if (faults.api > 0 && path !== '/stream') return problem(response, faults.api, 'The fixture refuses.');
    if (path === '/stream') {
      if (faults.stream > 0) return problem(response, faults.stream, 'The fixture refuses.');
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      if (!faults.isSilent) send(response, 'status', district.status());
      return undefined;
    }
    if (api[path]) return json(response, api[path]());
    if (path === '/devices') {
      const limit = Number(query.get('limit') ?? 200);
      const after = Number(query.get('after') ?? 0);
      const items = district.devices.slice(after, after + limit).map((device) => device.item);
      const next = after + limit < district.devices.length ? String(after + limit) : null;
      return json(response, { items, next });
    }
    const device = /^\/devices\/([0-9a-f]{16})(\/history)?$/.exec(path);
    if (device) {
      const found = district.devices.find(({ item }) => item.id === device[1]);
      if (!found) return problem(response, 404, 'There is no such device.');
      return json(response, device[2] ? district.history(found, query) : district.detail(found));
    }
    if (path === '/alerts') {
      const state = query.get('state') ?? 'active';
      const items = district.alerts.filter((alert) => (state === 'active') === (alert.state !== 'cleared'));
      return json(response, { items, next: null });
    }
    const alert = /^\/alerts\/([^/]+)\/(acknowledge|history)$/.exec(path);
    const found = alert && district.alerts.find(({ id }) => id === alert[1]);
    if (found && alert[2] === 'history') return json(response, { items: district.steps(found), next: null });
    if (found && request.method === 'POST') {
      if (faults.acknowledge > 0) return problem(response, faults.acknowledge, 'The alert database cannot be written.');
      Object.assign(found, { state: 'acknowledged', acknowledgedAt: Date.now(), acknowledgedBy: 'local' });
      broadcast('alert', found);
      return json(response, found);
    }
    return problem(response, 404, `There is no ${path}.`);
  };

  const serveFile = (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://fixture').pathname));
    const file = join(root, path === '/' ? 'index.html' : path);
    if (!file.startsWith(root) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    });
    createReadStream(file).pipe(response);
  };

  const listener = (request, response) => {
    requests.push({ url: request.url, lastEventId: request.headers['last-event-id'] });
    if (!request.url?.startsWith('/api/')) return serveFile(request, response);
    setTimeout(() => answer(request, response), faults.delayMs);
    return undefined;
  };

  let server = createServer(listener);
  const listen = (port) => new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server.address().port)));
  const port = await listen(options.port ?? 0);

  const perTick = Math.max(1, Math.round((options.changesPerSecond ?? 24) / 4));
  const moving = setInterval(() => broadcast('devices', district.move(perTick)), 250);
  const status = setInterval(() => broadcast('status', district.status()), 1000);

  const close = () =>
    new Promise((resolve) => {
      for (const stream of streams) stream.destroy();
      server.close(() => resolve(undefined));
      server.closeAllConnections();
    });

  return {
    url: `http://127.0.0.1:${port}`,
    district,
    faults,
    requests,
    broadcast,
    /** Ends every stream, as a proxy's timeout does. */
    cutStreams() {
      for (const stream of streams) stream.destroy();
    },
    /** The server goes away, and {@link up} brings it back on the same port. */
    down: close,
    async up() {
      server = createServer(listener);
      await listen(port);
    },
    async stop() {
      clearInterval(moving);
      clearInterval(status);
      await close();
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const count = Number(process.argv[2] ?? 2000);
  const fixture = await startFixture({ port: 5199, devices: count });
  process.stdout.write(`${fixture.url} (${JSON.parse(readFileSync(join(here, '../package.json'), 'utf8')).name})\n`);
}
