/** What a CommonJS user writes: Node requires ES modules since 20.19. */
const { createAssembler } = require('@senet/core');
const { attentions } = require('@senet/se');
const { backbones } = require('@senet/backbones');
require('@senet/core/container');
require('@senet/core/layers');
require('@senet/core/node');
require('@senet/run');
require('@senet/weights');
require('@senet/weights/node');

const net = createAssembler(attentions, backbones).assemble('seresnet50');
console.log(JSON.stringify({ total: net.plan.params.total }));
