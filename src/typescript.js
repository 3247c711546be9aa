/**
 * For `node --import`: lets Node.js run TypeScript. From then on every module is asked for across threads, so the
 * packages of many small modules are loaded before that, which makes a start twice as quick.
 */
import 'typebox';
import 'typebox/compile';
import 'jose';
import 'postgres';
import 'fastify';
import 'tsx';
