#!/usr/bin/env node
/** `koine <command>`: the command line, for who has the packages installed. */
import { runBuild } from './run-build.js';

await runBuild('cli');
