import { invalid, shortName } from '../bytes.js';
import type { RawTensor } from '../tensor.js';
import { readTextAttributes } from './attributes.js';
import { FileBytes } from './cursor.js';
import { readDataset } from './dataset.js';
import { GlobalHeap } from './global-heap.js';
import { readLinks } from './links.js';
import { type Message, readObjectHeader } from './object-header.js';
import { readSuperblock } from './superblock.js';

/** Groups within groups, at most: those of a group that contains itself have no end. */
const MAX_DEPTH = 64;

/**
 * A group or dataset of an HDF5 file. Nothing of it is read before it is asked for, and everything is read from the
 * bytes at hand: the format's description is public (HDF5 File Format Specification, version 3.0), and the part of it
 * that h5py writes by default is small.
 */
export class Hdf5Node {
  readonly #messages: readonly Message[];
  /** Its attributes of text. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** Where the members of a group are; `undefined` for a dataset. */
  readonly #links: ReadonlyMap<string, number> | undefined;
  readonly #members = new Map<string, Hdf5Node>();

  private constructor(
    private readonly heap: GlobalHeap,
    address: number,
    /** File and path, for errors. */
    readonly place: string,
    private readonly depth: number,
  ) {
    this.#messages = readObjectHeader(heap.file, address, place);
    this.texts = readTextAttributes(heap, this.#messages, place);
    const links = readLinks(heap.file, this.#messages, place);
    this.#links = links && new Map(links.map((link) => [link.name, link.address]));
  }

  /**
   * The root group of a file.
   *
   * @throws SenetError `FileInvalid`, as every method here
   */
  static root(bytes: Uint8Array, path: string): Hdf5Node {
    const root = new Hdf5Node(new GlobalHeap(new FileBytes(bytes)), readSuperblock(bytes, path), path, 0);
    if (!root.isGroup) throw invalid(path, 'the root is no group', 'a group');
    return root;
  }

  get isGroup(): boolean {
    return this.#links !== undefined;
  }

  /** Names of a group's members. */
  get names(): string[] {
    return [...(this.#links?.keys() ?? [])];
  }

  /** The member at a path such as `conv1/kernel`. */
  at(path: string): Hdf5Node | undefined {
    const [name = '', ...rest] = path.split('/').filter((part) => part !== '');
    const member = this.#members.get(name) ?? this.#open(name);
    return rest.length === 0 ? member : member?.at(rest.join('/'));
  }

  #open(name: string): Hdf5Node | undefined {
    const address = this.#links?.get(name);
    if (address === undefined) return undefined;
    if (this.depth === MAX_DEPTH) throw invalid(this.place, 'groups without end', `at most ${MAX_DEPTH} in each other`);
    const separator = this.depth === 0 ? ': ' : '/';
    const member = new Hdf5Node(this.heap, address, `${this.place}${separator}${shortName(name)}`, this.depth + 1);
    this.#members.set(name, member);
    return member;
  }

  /** The values of a dataset. */
  tensor(): RawTensor {
    const isBFloat16 = this.texts.get('dtype')?.[0] === 'bfloat16';
    const tensor = readDataset(this.heap.file, this.#messages, this.place, isBFloat16);
    if (!tensor) throw invalid(this.place, 'this holds no values', 'a dataset');
    return tensor;
  }
}
