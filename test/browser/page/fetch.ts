/** Saved folders over HTTP. */
import { fetchFolder } from '@senet/weights';
import { digestOf } from '../digest.js';
import type { Facts } from '../facts.js';
import { type Case, check, checkEqual, checkRejects } from './suite.js';
import { assembler, NARROW } from './support.js';

const LARGE = '/models/resnet18_se';

export const fetchCases = ({ narrow }: Facts): Case[] => [
  {
    name: 'a folder brings the weights that were saved, bit for bit',
    async run() {
      const { assembly, state } = await fetchFolder(assembler, NARROW);
      const inOrder = new Map([...assembly.graph.parameters.keys()].map((key) => [key, state.get(key)!]));
      checkEqual(await digestOf(inOrder), narrow.digest, 'SHA-256');
      const absolute = await fetchFolder(assembler, `${location.origin}${NARROW}/`);
      checkEqual(absolute.assembly.name, assembly.name, 'the network at the absolute address');
      return undefined;
    },
  },
  {
    name: 'weights come as a stream that says how far it is',
    async run() {
      const seen: { loaded: number; total: number | undefined }[] = [];
      await fetchFolder(assembler, LARGE, { onProgress: (loaded, total) => seen.push({ loaded, total }) });
      const last = seen.at(-1)!;
      check(seen.length > 10, `${seen.length} events`);
      check(
        seen.every(({ loaded }, i) => i === 0 || loaded > seen[i - 1]!.loaded),
        'bytes do not grow',
      );
      checkEqual(last.loaded, last.total, 'the last event');
      return `${seen.length} events, ${(last.loaded / 1e6).toFixed(1)} MB`;
    },
  },
  {
    name: 'a signal aborts a download that has begun',
    async run() {
      const controller = new AbortController();
      const options = { signal: controller.signal, onProgress: () => controller.abort() };
      await checkRejects(fetchFolder(assembler, `/slow${LARGE}`, options), 'Aborted');
      const { sent, size, open } = await slowDownload();
      check(sent < size, `the server sent all of ${size} bytes`);
      checkEqual(open, false, 'the connection is open');
      return `${sent} of ${size} bytes`;
    },
  },
  {
    name: 'a signal that was given before keeps anything from being fetched',
    async run() {
      await checkRejects(fetchFolder(assembler, NARROW, { signal: AbortSignal.abort() }), 'Aborted');
      return undefined;
    },
  },
  {
    name: 'a download that breaks off is an error',
    noisy: true,
    run: () => checkRejects(fetchFolder(assembler, `/broken${NARROW}`), 'FileUnreadable'),
  },
  {
    name: 'a folder that is not there is an error',
    noisy: true,
    run: () => checkRejects(fetchFolder(assembler, '/models/nothing'), 'FileUnreadable'),
  },
  {
    name: 'insecure: a page over plain http is told why it cannot open a folder',
    async run() {
      checkEqual(isSecureContext, false, 'isSecureContext');
      return checkRejects(fetchFolder(assembler, NARROW), 'MissingPart');
    },
  },
];

/** How the last slow download went on the side of the server, once its connection is closed. */
async function slowDownload(): Promise<{ sent: number; size: number; open: boolean }> {
  for (let tries = 0; ; tries++) {
    const state = await (await fetch('/slow-state.json')).json();
    if (!state.open || tries === 50) return state;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
