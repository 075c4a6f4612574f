/** A Chromium of the system: playwright-core brings the protocol, and no browser. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A name for this machine that browsers do not trust as they trust localhost. */
export const OTHER_HOST = 'senet.test';

const QUIET = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-extensions',
  `--host-resolver-rules=MAP ${OTHER_HOST} 127.0.0.1`,
];
/** WebGL and WebGPU computed by SwiftShader, on the processor: a machine without a graphics card has them too. */
const SOFTWARE_GRAPHICS = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

/** The path of a Chromium, `undefined` where there is none; `SENET_CHROMIUM` names another. */
export function findChromium() {
  return [process.env.SENET_CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
}

/** Opens Chromium with a new profile; `close` ends it and removes the profile. */
export async function openChromium(executablePath) {
  const profile = await mkdtemp(join(tmpdir(), 'senet-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    chromiumSandbox: false,
    args: [...QUIET, ...SOFTWARE_GRAPHICS],
  });
  return {
    context,
    version: context.browser()?.version() ?? 'unknown',
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
