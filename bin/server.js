#!/usr/bin/env node
/** The server, as `npm start` and service managers run it. */
import { runBuild } from './run-build.js';

await runBuild('main');
