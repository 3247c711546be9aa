#!/usr/bin/env node
/** The server's entry point for `npm start` and service managers. */
import { runBuild } from './run-build.js';

await runBuild('main');
