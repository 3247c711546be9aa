/** `koine <command>`: operator commands, with the settings of the server, whether it runs or not. */
import { runCommandLine } from './cli/command-line.ts';
import { loadCommands } from './cli/commands.ts';

await runCommandLine(loadCommands, process.argv.slice(2));
