/** Serves pages, models and .wasm files to the browser; and, where a path says so, slowly or not to the end. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** With these a page gets shared memory, and TensorFlow.js takes its wasm build with threads. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/**
 * @param {Record<string, string>} folders first part of a path → folder on the disk
 * @param {unknown} facts what the page finds at /facts.json
 * @returns {Promise<{ origin: string, close(): Promise<void> }>}
 */
export async function serve(folders, facts) {
  const slow = { sent: 0, size: 0, open: false };
  const server = createServer((request, response) => {
    answer(request.url, response).catch(() => response.destroy());
  });

  async function answer(url, response) {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const path = decodeURIComponent(pathname);
    if (path === '/facts.json') return sendJson(response, facts);
    if (path === '/slow-state.json') return sendJson(response, slow);
    const [, how, rest] = /^\/(slow|broken)(\/.*)$/.exec(path) ?? [undefined, 'whole', path];
    const file = locate(rest);
    const size = file && (await sizeOf(file));
    if (size === undefined) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': size,
      ...(searchParams.has('isolated') && ISOLATED),
    });
    if (how === 'slow' && file.endsWith('.safetensors')) return sendSlowly(file, size, response);
    if (how === 'broken' && file.endsWith('.safetensors')) return breakOff(response);
    createReadStream(file).pipe(response);
  }

  async function sendSlowly(file, size, response) {
    Object.assign(slow, { sent: 0, size, open: true });
    response.once('close', () => Object.assign(slow, { open: false }));
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 16 })) {
      if (response.destroyed) return;
      response.write(chunk);
      slow.sent += chunk.length;
      await pause(5);
    }
    response.end();
  }

  function locate(path) {
    const [, first, ...rest] = path.split('/');
    const folder = Object.hasOwn(folders, first) ? folders[first] : undefined;
    if (folder === undefined) return undefined;
    const file = normalize(join(folder, ...rest, path.endsWith('/') ? 'index.html' : ''));
    return file.startsWith(folder + sep) ? file : undefined;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function sendJson(response, value) {
  response.writeHead(200, { 'content-type': TYPES['.json'], 'cache-control': 'no-store' }).end(JSON.stringify(value));
}

function breakOff(response) {
  response.write('half');
  setTimeout(() => response.destroy(), 50);
}

async function sizeOf(file) {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
