/**
 * The common start of all entry points: checks Node.js, the packages and the build, then runs a module of it. Plain
 * JavaScript that old versions of Node.js can parse.
 */
const OLDEST = [20, 19];

/** @param {string} name an entry point of the build */
export async function runBuild(name) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    refuse(`Node.js ${OLDEST.join('.')} or later is needed, this is ${process.versions.node}`);
  const { BuildError, ensureBuilt } = await import('../scripts/build.js');
  try {
    ensureBuilt('server', (line) => process.stderr.write(`${line}\n`));
    // Stack traces refer to the sources. Enabled before any module is loaded, or its source map would be missed.
    process.setSourceMapsEnabled(true);
    await import(`../dist/entries/${name}.js`);
  } catch (error) {
    if (error instanceof BuildError) refuse(error.message);
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    refuse(`a package is not installed: run npm ci (${error.message.split('\n')[0]})`);
  }
}

function refuse(reason) {
  process.stderr.write(`Koine cannot start: ${reason}\n`);
  process.exit(1);
}
