import { type CompileOptions, type LayersOptions, layersTarget } from '../blocks/layers-target.js';
import { type ResolvedConfig, toJsonConfig } from '../config/schema.js';
import type { Graph } from '../graph/node.js';
import type { State } from '../graph/parameter.js';
import { runPasses, type Valued } from '../graph/passes/index.js';
import { type GraphPlan, planGraph } from '../graph/plan.js';
import type { Shape } from '../graph/shape.js';
import { initialState } from '../random/initial-state.js';
import type { Receipt } from './receipt.js';

export interface AttachmentPlan {
  readonly type: string;
  readonly site: string;
  /** Name of the node that gives the gated value. */
  readonly node: string;
  readonly stage: string;
  readonly channels: number;
  /** Channels of the squeeze, `null` for attentions without one. */
  readonly reduced: number | null;
  readonly params: number;
}

/** What a model has and costs: from the graph alone, without a tensor. */
export interface Plan extends GraphPlan {
  readonly name: string;
  /** `[height, width, channels]` */
  readonly inputShape: Shape;
  readonly attachments: readonly AttachmentPlan[];
}

/** A unit as it stands in the network: what diagrams are drawn from. */
export interface UnitPlan {
  readonly name: string;
  /** Registered kind of unit: `bottleneck`. */
  readonly type: string;
  readonly stage: string;
  /** Name of the node that gives its value; attachments at its output come after it. */
  readonly output: string;
  /** Names of the nodes it built; those that no output needs are not in the graph. */
  readonly nodes: readonly string[];
}

/** Who a network is, for dialects: its family, its style, and what weights of another style would get wrong. */
export interface Identity {
  readonly family: string;
  readonly style: string;
  readonly semantics: Readonly<Record<string, string>>;
}

export interface AssemblyParts {
  readonly config: ResolvedConfig;
  readonly graph: Graph;
  readonly receipt: Receipt;
  readonly identity: Identity;
  readonly taps: readonly string[];
  readonly units: readonly UnitPlan[];
  readonly initialize?: StateInitializer;
}

/** Draws the values a graph starts with. */
export type StateInitializer = (graph: Graph, seed?: number) => State;

/** A network that passes made ready for inference. */
export interface Optimized extends Valued {
  /** As an assembly's; names are those of the nodes that are left. */
  toLayersModel(options?: CompileOptions): LayersModel;
}

/** An assembled network: graph, config and receipt, and what can be made of them. */
export class Assembly {
  readonly config: ResolvedConfig;
  readonly graph: Graph;
  readonly receipt: Receipt;
  readonly identity: Identity;
  /** Names of the feature outputs, by number: tap 0 is the stem's. */
  readonly taps: readonly string[];
  /** Its units, in order. */
  readonly units: readonly UnitPlan[];
  private readonly initialize: StateInitializer;
  private planned: Plan | undefined;

  constructor({ config, graph, receipt, identity, taps, units, initialize = initialState }: AssemblyParts) {
    this.config = config;
    this.graph = graph;
    this.receipt = receipt;
    this.identity = identity;
    this.taps = taps;
    this.units = units;
    this.initialize = initialize;
  }

  get name(): string {
    return this.config.name;
  }

  /** Parameters, multiply-accumulates and activation bytes, by stage and by attachment. */
  get plan(): Plan {
    this.planned ??= {
      name: this.name,
      inputShape: this.config.input.shape,
      ...planGraph(this.graph),
      attachments: this.receipt.attachments.map(({ type, site, node, stage, channels, reduced, params }) => ({
        type,
        site,
        node,
        stage,
        channels,
        reduced: reduced ?? null,
        params,
      })),
    };
    return this.planned;
  }

  /** The values it starts with, drawn by a seeded generator: the same on every backend. */
  initialState(seed = 0): State {
    return this.initialize(this.graph, seed);
  }

  /** The resolved config, as JSON. */
  toJSON(): Record<string, unknown> {
    return toJsonConfig(this.config);
  }

  /**
   * The network for inference, with its values: batch normalizations folded into convolutions, each SE's squeeze pulled
   * before the 1×1 convolution it follows, activations fused, and gate, addition and ReLU at the end of a block made one
   * op, which is a layer of ours. Outputs differ by rounding only.
   *
   * @param state by default the values it starts with
   * @param outputs nodes that must stay readable, by default the graph's outputs
   */
  optimize(state: State = this.initialState(), outputs: readonly string[] = this.graph.outputs): Optimized {
    const valued = runPasses({ graph: { ...this.graph, outputs }, state });
    return {
      ...valued,
      toLayersModel: (options = {}) =>
        layersTarget().compile(valued.graph, { state: valued.state, ...options }) as LayersModel,
    };
  }

  /**
   * A stock `tf.LayersModel`, input `[batch, h, w, c]`, one output for each of the graph's.
   *
   * The caller owns it: `model.dispose()` frees its tensors.
   */
  toLayersModel({ seed, init, outputs, state: given }: LayersOptions = {}): LayersModel {
    const state = given ?? (init === 'zeros' ? undefined : this.initialState(seed));
    return layersTarget().compile(this.graph, { state, outputs }) as LayersModel;
  }
}

/** `tf.LayersModel`, without importing TensorFlow.js for its type alone. */
export type LayersModel = import('@tensorflow/tfjs').LayersModel;
