/**
 * For `node --import`: lets Node.js run TypeScript, once it has seen that this Node.js and the packages will do. From then
 * on every module is asked for across threads, so the packages of many small modules are loaded before that, which makes
 * a start twice as quick.
 */
const OLDEST = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
  refuse(`Node.js ${OLDEST.join('.')} or later is needed, this is ${process.versions.node}`);

try {
  for (const name of ['typebox', 'typebox/compile', 'jose', 'postgres', 'fastify', 'tsx']) await import(name);
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  refuse(`a package is not installed: run npm ci (${error.message.split('\n')[0]})`);
}

function refuse(reason) {
  process.stderr.write(`Koine cannot start: ${reason}\n`);
  process.exit(1);
}
