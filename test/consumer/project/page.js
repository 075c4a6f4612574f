/** What a page of a Vite user holds, its .wasm files brought by the bundler. */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { cpu, openRunner, wasmFrom, webgl } from '@senet/run';
import { attentions } from '@senet/se';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';

const wasm = wasmFrom({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threads,
});

const assembler = createAssembler(attentions, backbones);
const runner = await openRunner('/models/mine', { assembler, backends: [webgl, wasm, cpu] });
document.title = runner.backend;
