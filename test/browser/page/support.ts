import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { type Backend, cpu, wasmFrom, webgl, webgpu } from '@senet/run';
import { attentions } from '@senet/se';

export const assembler = createAssembler(attentions, backbones);

export const BACKENDS: readonly Backend[] = [webgpu, webgl, wasmFrom('/wasm/'), cpu];

export const NARROW = '/models/narrow';
export const NARROW_SHAPE = [1, 32, 32, 3] as const;
