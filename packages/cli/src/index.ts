/** `@senet/cli`: the parts of the `senet` command that other programs may use. */
export { createSenetAssembler, type SenetConfig } from './assembler.js';
export { useBackend } from './backend.js';
export { type Call, callSenet } from './call.js';
export { type SavedLayersModel, saveLayersModel } from './layers-model.js';
export { main } from './main.js';
export type { Streams } from './output.js';
export { printAttachments, printReceipt } from './print/attachments.js';
export { printPlan } from './print/plan.js';
export { type Ranked, topOf } from './run/top.js';
