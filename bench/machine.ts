// Facts about the machine and the build that are needed to interpret results.
import { execFileSync } from 'node:child_process';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  architecture: string;
  node: string;
  /** Of the servers' data; tmpfs would make commits free. */
  fileSystem: string | null;
  commit: string | null;
  /** Over 1, 5 and 15 minutes, before the first case. */
  loadAverage: number[];
}

export function describeMachine(workDir: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    architecture: arch(),
    node: process.version,
    fileSystem: say('df', ['--output=fstype', workDir])?.split('\n').at(-1) ?? null,
    commit: say('git', ['-C', import.meta.dirname, 'describe', '--always', '--dirty', '--abbrev=12']),
    loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

function say(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
