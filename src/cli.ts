/** `koine <command>`: what an operator does beside the server, whether it runs or not. Reads the same settings. */
import { runCommandLine } from './cli/command-line.ts';
import { COMMANDS } from './cli/commands.ts';

await runCommandLine(COMMANDS, process.argv.slice(2));
