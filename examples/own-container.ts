/** The services in an inversify container of one's own: two are rebound, and one's own class gets the assembler. */
import { backbones } from '@senet/backbones';
import {
  type Assembler,
  bindServices,
  type ConfigSource,
  initialState,
  SenetError,
  type StateInitializer,
  TOKENS,
  toContainerModule,
} from '@senet/core';
import { attentions } from '@senet/se';
import { Container } from 'inversify';

/** `extends` reads from here, as it might from a database or a bundle. */
const configs: Record<string, unknown> = {
  'team/small': { backbone: 'resnet18', attach: [{ type: 'se' }], head: { type: 'classifier', classes: 10 } },
};
const source: ConfigSource = {
  load(reference) {
    if (!Object.hasOwn(configs, reference)) throw new SenetError('ConfigNotFound', `there is no config '${reference}'`);
    return { config: configs[reference], location: reference };
  },
};

/** As always, but a branch's last gamma starts at 1: residual branches are open from the first step. */
const openBranches: StateInitializer = (graph, seed) => {
  const isGamma = (key: string) => graph.parameters.get(key)?.role === 'gamma';
  return new Map([...initialState(graph, seed)].map(([key, v]) => [key, isGamma(key) ? v.map(() => 1) : v]));
};

class ModelZoo {
  constructor(private readonly assembler: Assembler) {}
  open = (name: string) => this.assembler.assemble({ extends: name, name: name.replace('/', '-') });
}

const container = new Container();
container.load(toContainerModule(attentions), toContainerModule(backbones));
container.bind<ConfigSource>(TOKENS.ConfigSource).toConstantValue(source);
container.bind<StateInitializer>(TOKENS.StateInitializer).toConstantValue(openBranches);
bindServices(container); // what is not bound yet: registries and the assembler
container.bind(ModelZoo).toResolvedValue((assembler: Assembler) => new ModelZoo(assembler), [TOKENS.Assembler]);

const net = container.get(ModelZoo).open('team/small');
console.log(
  `${net.name}: ${net.plan.params.total.toLocaleString('en-US')} parameters, ${net.receipt.attachments.length} SE`,
);
const key = 'layer1.0.bn2.weight';
const [theirs, ours] = [initialState(net.graph), net.initialState()].map((state) => state.get(key)![0]);
console.log(`${key} starts at ${ours}, not at ${theirs}`);
