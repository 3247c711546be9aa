/** Maps V8's coverage (NODE_V8_COVERAGE) to source lines, through the source maps that Node.js stores with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from '@jridgewell/sourcemap-codec';

type Range = { readonly startOffset: number; readonly endOffset: number; readonly count: number };
type Script = { readonly url: string; readonly functions: readonly { readonly ranges: readonly Range[] }[] };
type SourceMap = { readonly sources: readonly string[]; readonly sourceRoot?: string; readonly mappings: string };
type Cached = { readonly lineLengths: readonly number[]; readonly data: SourceMap | null };
type Coverage = { readonly result: readonly Script[]; readonly 'source-map-cache'?: Readonly<Record<string, Cached>> };

/** An offset in executed code, and the source line that it came from. */
type Mapping = { readonly offset: number; readonly file: string; readonly line: number };

/** Line numbers from 1, by source file relative to the root of the tree. */
export type ReachedLines = Map<string, Set<number>>;

export class CoverageReader {
  readonly #root: string;
  /** By script and map, since all processes load the same ones. */
  readonly #mappings = new Map<string, Mapping[]>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The union over all processes that wrote coverage to the folder. */
  read(folder: string): ReachedLines {
    const reached: ReachedLines = new Map();
    for (const name of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      const coverage = parse(join(folder, name));
      for (const script of coverage?.result ?? []) {
        if (!script.url.startsWith('file:') || script.url.includes('/node_modules/')) continue;
        this.#add(script, coverage?.['source-map-cache']?.[script.url], reached);
      }
    }
    return reached;
  }

  #add(script: Script, cached: Cached | undefined, reached: ReachedLines): void {
    const ran = counter(script);
    for (const { offset, file, line } of this.#mapped(script.url, cached)) {
      if (!ran(offset)) continue;
      const lines = reached.get(file) ?? new Set();
      reached.set(file, lines.add(line));
    }
  }

  #mapped(url: string, cached: Cached | undefined): Mapping[] {
    const key = `${url} ${cached?.data?.mappings ?? ''}`;
    const known = this.#mappings.get(key);
    if (known) return known;
    const path = fileURLToPath(url);
    const mappings = cached?.data ? this.#throughMap(path, cached.lineLengths, cached.data) : this.#asWritten(path);
    this.#mappings.set(key, mappings);
    return mappings;
  }

  #throughMap(path: string, lineLengths: readonly number[], map: SourceMap): Mapping[] {
    const files = map.sources.map((source) => this.#relative(sourcePath(dirname(path), map.sourceRoot ?? '', source)));
    let lineStart = 0;
    return decode(map.mappings).flatMap((segments, index) => {
      const start = lineStart;
      lineStart += (lineLengths[index] ?? 0) + 1;
      return segments.flatMap((segment) => {
        // The end of a line is past the end of the executed range.
        if (segment.length === 1 || segment[0] >= (lineLengths[index] ?? 0)) return [];
        const file = files[segment[1]];
        return file === undefined || file.startsWith('..')
          ? []
          : [{ offset: start + segment[0], file, line: segment[2] + 1 }];
      });
    });
  }

  /** Code that runs as written, at most with types blanked. */
  #asWritten(path: string): Mapping[] {
    const file = this.#relative(path);
    if (!file.endsWith('.ts')) return [];
    let offset = 0;
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((text, index) => {
        const mapping = { offset: offset + (text.length - text.trimStart().length), file, line: index + 1 };
        offset += text.length + 1;
        return mapping;
      });
  }

  #relative(path: string): string {
    return relative(this.#root, path).replaceAll('\\', '/');
  }
}

function sourcePath(folder: string, root: string, source: string): string {
  return source.startsWith('file:') ? fileURLToPath(source) : resolve(folder, root, source);
}

/** A process killed while writing leaves a truncated file. */
function parse(path: string): Coverage | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Coverage;
  } catch {
    return null;
  }
}

/** Whether the code at an offset ran: the innermost range around it decides. */
function counter({ functions }: Script): (offset: number) => boolean {
  const ranges = functions.flatMap((one) => one.ranges);
  // Outer ranges first, so that inner ones overwrite them.
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const length = Math.max(0, ...ranges.map(({ endOffset }) => endOffset));
  const ran = new Uint8Array(length);
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return (offset) => ran[offset] === 1;
}
