/** A reproducible sample of faults, by seed and sources. */
import { Random } from '../faults/random.ts';
import { type Fault, faultsOf, isProgram } from './faults.ts';

export const AREAS = ['core', 'store', 'hub', 'dialects', 'http'] as const;
export type Area = (typeof AREAS)[number];
export type Source = { readonly file: string; readonly text: string };
export type Sample = Fault & { readonly area: Area };

/** Excludes the command line and the documentation pages. */
const LEFT_OUT = /^src\/(?:cli|docs|api-docs)(?:\/|\.ts$)|\.test\.ts$/;

/** @param file such as `src/core/posts.ts`; files outside of the four other areas belong to `http` */
export function areaOf(file: string): Area | null {
  if (LEFT_OUT.test(file) || !/^src\/.*\.ts$/.test(file)) return null;
  const folder = file.split('/')[1];
  return AREAS.find((area) => area === folder) ?? 'http';
}

/**
 * Equal numbers per area, and round-robin over its files; a kind is drawn before the fault, so that rare kinds are
 * tried as often as common ones.
 */
export function* sample(sources: readonly Source[], areas: readonly Area[], seed: number): Generator<Sample> {
  const random = new Random(seed);
  const draws = areas.map((area) => drawFrom(area, sources, random));
  while (draws.length > 0)
    for (const draw of [...draws]) {
      const { value, done } = draw.next();
      if (done) draws.splice(draws.indexOf(draw), 1);
      else yield value;
    }
}

/** The faults of an earlier run that no test noticed, where the sources still allow them. */
export function survivors(sources: readonly Source[], trials: readonly (Sample & { result: string })[]): Sample[] {
  return trials
    .filter(({ result }) => result === 'survived' || result === 'not reached')
    .flatMap((trial) => {
      const source = sources.find(({ file }) => file === trial.file);
      const isSame = (fault: Fault) =>
        fault.kind === trial.kind && fault.before === trial.before && fault.after === trial.after;
      const fault = source && faultsOf(source.file, source.text).find(isSame);
      return fault ? [{ ...fault, area: trial.area }] : [];
    });
}

function* drawFrom(area: Area, sources: readonly Source[], random: Random): Generator<Sample, void> {
  const files = shuffled(
    sources.filter(({ file }) => areaOf(file) === area),
    random,
  ).map(({ file, text }) => ({ text, kinds: byKind(faultsOf(file, text)) }));
  while (files.length > 0)
    for (const source of [...files]) {
      const fault = drawFault(source, random);
      if (fault === null) files.splice(files.indexOf(source), 1);
      else yield { ...fault, area };
    }
}

/** Removes and returns a fault that leaves a valid program, or null. */
function drawFault({ text, kinds }: { text: string; kinds: Fault[][] }, random: Random): Fault | null {
  while (kinds.length > 0) {
    const kind = random.pick(kinds);
    const [fault] = kind.splice(Math.floor(random.next() * kind.length), 1);
    if (kind.length === 0) kinds.splice(kinds.indexOf(kind), 1);
    if (fault && isProgram(text, fault)) return fault;
  }
  return null;
}

function byKind(faults: readonly Fault[]): Fault[][] {
  const kinds = new Map<string, Fault[]>();
  for (const fault of faults) {
    const known = kinds.get(fault.kind);
    if (known) known.push(fault);
    else kinds.set(fault.kind, [fault]);
  }
  return [...kinds.values()];
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.map(() => left.splice(Math.floor(random.next() * left.length), 1)[0] as T);
}
