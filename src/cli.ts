/** `koine <command>`: operator commands, with the settings of the server, whether it runs or not. */
import { runCommandLine } from './cli/command-line.ts';
import { COMMANDS } from './cli/commands.ts';

await runCommandLine(COMMANDS, process.argv.slice(2));
