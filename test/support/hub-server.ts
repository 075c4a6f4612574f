import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that goes wrong at a request, as often as `times` says. */
export interface Fault {
  readonly when: (request: Seen) => boolean;
  times?: number;
  /** Answers that status and nothing else. */
  readonly status?: number;
  /** Breaks the connection after so many bytes of the body. */
  readonly dropAfter?: number;
  /** Sends other bytes than the file's, or under another etag. */
  readonly content?: Uint8Array;
  readonly etag?: string;
  /** Ignores `Range`. */
  readonly whole?: boolean;
}

/** A request as the server saw it, and what it answered. */
export interface Seen {
  readonly host: 'hub' | 'cdn';
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
}

export interface HubRepo {
  /** Branches and tags → commits. */
  readonly refs: Record<string, string>;
  /** Commit → file → bytes. */
  readonly commits: Record<string, Record<string, Uint8Array>>;
  /** Who has no such token is refused. */
  readonly token?: string;
  readonly gated?: boolean;
}

/** Files from this length on are redirected to the store, as LFS and Xet files are. */
const LARGE = 4096;

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const gitSha1 = (bytes: Uint8Array) =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/**
 * What the Hugging Face hub answers to downloads: `/api/models/{repo}/revision/{revision}`,
 * `/{repo}/resolve/{revision}/{file}` with HEAD, GET and ranges, its headers and error codes, and redirects of large
 * files to a store at another address, whose etags are others.
 */
export class HubServer {
  readonly requests: Seen[] = [];
  readonly faults: Fault[] = [];
  private readonly hub = createServer((request, response) => this.answer('hub', request, response));
  private readonly cdn = createServer((request, response) => this.answer('cdn', request, response));

  private constructor(readonly repos: Record<string, HubRepo>) {}

  static async start(repos: Record<string, HubRepo>): Promise<HubServer> {
    const server = new HubServer(repos);
    await Promise.all([listen(server.hub), listen(server.cdn)]);
    return server;
  }

  get url(): string {
    return addressOf(this.hub);
  }

  /** Requests that got bytes of files. */
  get downloads(): Seen[] {
    return this.requests.filter(
      ({ method, path, status }) => method === 'GET' && !path.startsWith('/api') && status < 300,
    );
  }

  async close(): Promise<void> {
    for (const server of [this.hub, this.cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private answer(host: Seen['host'], request: IncomingMessage, response: ServerResponse): ServerResponse {
    const { method = 'GET', headers, url = '/' } = request;
    const path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    const seen: Seen = {
      host,
      method,
      path,
      headers,
      get status() {
        return response.statusCode;
      },
    };
    this.requests.push(seen);
    const fault = this.faults.find(({ when, times = 1 }) => times > 0 && when(seen));
    if (fault) fault.times = (fault.times ?? 1) - 1;
    if (fault?.status) return end(response, fault.status);
    if (host === 'cdn') return this.store(seen, response, fault);
    if (path.startsWith('/api/models/')) return this.revision(seen, response);
    return this.resolve(seen, response, fault);
  }

  private revision(seen: Seen, response: ServerResponse): ServerResponse {
    const [, name = '', revision = ''] = /^\/api\/models\/(.+?)\/revision\/(.+)$/.exec(seen.path) ?? [];
    const repo = this.allowed(name, seen, response);
    if (!repo) return response;
    const commit = commitOf(repo, revision);
    if (!commit) return end(response, 404, 'RevisionNotFound');
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ _id: '0', id: name, sha: commit, lastModified: '2024-01-01T00:00:00.000Z' }));
  }

  private resolve(seen: Seen, response: ServerResponse, fault: Fault | undefined): ServerResponse {
    const [, name = '', rest = ''] = /^\/(.+?)\/resolve\/(.+)$/.exec(seen.path) ?? [];
    const repo = this.allowed(name, seen, response);
    if (!repo) return response;
    const revision = Object.keys({ ...repo.refs, ...repo.commits }).find((known) => rest.startsWith(`${known}/`));
    const commit = revision && commitOf(repo, revision);
    if (!revision || !commit) return end(response, 404, 'RevisionNotFound');
    response.setHeader('x-repo-commit', commit);
    const file = rest.slice(revision.length + 1);
    const bytes = repo.commits[commit]![file];
    if (!bytes) return end(response, 404, 'EntryNotFound');
    if (bytes.length < LARGE) return send(seen, response, bytes, `"${fault?.etag ?? gitSha1(bytes)}"`, fault);
    response.setHeader('x-linked-etag', `"${sha256(bytes)}"`);
    response.setHeader('x-linked-size', bytes.length);
    response.setHeader('location', `${addressOf(this.cdn)}/${name}/${commit}/${file}`);
    return end(response, 302);
  }

  private store(seen: Seen, response: ServerResponse, fault: Fault | undefined): ServerResponse {
    const [, name = '', commit = '', file = ''] = /^\/(.+?)\/([\da-f]{40})\/(.+)$/.exec(seen.path) ?? [];
    const bytes = this.repos[name]?.commits[commit]?.[file];
    if (!bytes) return end(response, 404);
    return send(seen, response, bytes, `"${fault?.etag ?? `store-${bytes.length}`}"`, fault);
  }

  private allowed(name: string, { headers }: Seen, response: ServerResponse): HubRepo | undefined {
    const repo = this.repos[name];
    if (repo && (repo.token === undefined || headers.authorization === `Bearer ${repo.token}`)) return repo;
    // The real one does not tell strangers which repositories there are.
    if (repo?.gated) end(response, headers.authorization ? 403 : 401, 'GatedRepo');
    else if (headers.authorization) end(response, 404, 'RepoNotFound');
    else end(response, 401, 'RepoNotFound');
    return undefined;
  }
}

function commitOf({ refs, commits }: HubRepo, revision: string): string | undefined {
  return refs[revision] ?? (commits[revision] && revision);
}

function send(
  seen: Seen,
  response: ServerResponse,
  file: Uint8Array,
  etag: string,
  fault: Fault = { when: () => true },
): ServerResponse {
  const bytes = fault.content ?? file;
  const { range, 'if-range': condition } = seen.headers;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const partial = start > 0 && !fault.whole && (condition === undefined || condition === etag);
  response.setHeader('etag', etag);
  response.setHeader('accept-ranges', 'bytes');
  if (partial && start >= bytes.length) return end(response, 416);
  const body = partial ? bytes.subarray(start) : bytes;
  response.statusCode = partial ? 206 : 200;
  if (partial) response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
  response.setHeader('content-length', body.length);
  if (seen.method === 'HEAD') return response.end();
  if (fault.dropAfter === undefined) return response.end(body);
  response.write(body.subarray(0, fault.dropAfter), () => setTimeout(() => response.destroy(), 30));
  return response;
}

function end(response: ServerResponse, status: number, code?: string): ServerResponse {
  response.statusCode = status;
  if (code) response.setHeader('x-error-code', code);
  return response.end();
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
