// Process statistics from Linux: CPU time, resident memory, children, limits.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// USER_HZ: 100 on every architecture that Node.js supports.
const TICKS_PER_SECOND = 100;

/** CPU seconds of each watched process, of the calling process as `load`, and of everything else as `other`. */
export type CpuUse = Record<string, number>;

/** A snapshot, for `cpuUsed`. */
export function cpuUse(watch: Record<string, number>): CpuUse {
  const { user, system } = process.cpuUsage();
  const cpu: CpuUse = { load: (user + system) / 1e6 };
  for (const [name, pid] of Object.entries(watch)) cpu[name] = cpuSeconds(pid);
  const known = Object.values(cpu).reduce((sum, used) => sum + used, 0);
  cpu.other = machineCpuSeconds() - known;
  return cpu;
}

/** The difference between two snapshots. */
export function cpuUsed(before: CpuUse, after: CpuUse): CpuUse {
  return Object.fromEntries(Object.entries(after).map(([name, cpu]) => [name, Math.max(0, cpu - (before[name] ?? 0))]));
}

/** CPU seconds of a process and its children, including ended children. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const member of family(pid)) {
    const [utime, stime, childrenUtime, childrenStime] = statFields(member).slice(11, 15);
    ticks += Number(utime ?? 0) + Number(stime ?? 0);
    if (member === pid) ticks += Number(childrenUtime ?? 0) + Number(childrenStime ?? 0);
  }
  return ticks / TICKS_PER_SECOND;
}

/** CPU seconds of the machine, including steal time of a virtual machine. */
export function machineCpuSeconds(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  return memoryOf(pid, 'VmRSS');
}

/** Resident memory of a process and its children, in bytes; what they share counts for each. */
export function residentBytesOfFamily(pid: number): number {
  return family(pid).reduce((sum, member) => sum + residentBytes(member), 0);
}

/** Peak resident memory in bytes. */
export function peakResidentBytes(pid: number): number {
  return memoryOf(pid, 'VmHWM');
}

function memoryOf(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (!kilobytes) throw new Error(`process ${pid} has no resident memory`);
  return Number(kilobytes) * 1024;
}

export /** Waits until three samples differ by less than a hundredth. @returns bytes */
async function settledMemory(pid: number): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < 60; i++) {
    await sleep(500);
    samples.push(residentBytes(pid));
    const last = samples.slice(-3);
    if (last.length === 3 && Math.max(...last) < Math.min(...last) * 1.01) break;
  }
  return samples.at(-1) as number;
}

export function openFilesLimit(): number {
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return Number(limit ?? Number.POSITIVE_INFINITY);
}

/** How many of the wanted sockets the limit of open files allows, with `spare` other files. */
export function openableSockets(wanted: number, spare = 100): number {
  return Math.min(wanted, openFilesLimit() - spare);
}

/** A process and its children, such as the backends of a database. */
function family(pid: number): number[] {
  const children = readdirSync('/proc')
    .map(Number)
    .filter((other) => Number(statFields(other)[1]) === pid);
  return [pid, ...children];
}

/** PostgreSQL servers whose data are inside `directory`. */
export function postmasters(directory: string): number[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name) === 'postmaster.pid')
    .map((name) => Number(readOrEmpty(join(directory, name)).split('\n')[0]))
    .filter((pid) => commandName(pid) === 'postgres');
}

/** The program's own version line, such as `postgres (PostgreSQL) 18.0`. */
export function programVersion(pid: number): string {
  return execFileSync(readlinkSync(`/proc/${pid}/exe`), ['--version'], { encoding: 'utf8' }).trim();
}

function commandName(pid: number): string | undefined {
  return /\((.*)\)/s.exec(readStat(pid))?.[1];
}

/** The fields of /proc/pid/stat from the state on; empty if there is no such process. */
function statFields(pid: number): string[] {
  const stat = readStat(pid);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readStat(pid: number): string {
  return Number.isInteger(pid) ? readOrEmpty(`/proc/${pid}/stat`) : '';
}

/** The process may have exited. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
