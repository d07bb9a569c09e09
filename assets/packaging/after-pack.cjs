// Called by electron-builder when a package's folder is complete and before it is signed: closes what Electron leaves
// open. Children are utility processes, so runAsNode can go; nodeCliInspect goes too, so the end-to-end suite drives the
// unpacked app, never this package.
const path = require('node:path');

/** The state of every fuse in a package. `integrity`: the archive is checked where the system supports it. */
function fusesFor(platform, { FuseV1Options, FuseVersion }) {
  const checksArchive = platform !== 'linux';
  return {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: checksArchive,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  };
}

function programOf({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  if (electronPlatformName === 'darwin') return path.join(appOutDir, `${name}.app/Contents/MacOS/${name}`);
  if (electronPlatformName === 'win32') return path.join(appOutDir, `${name}.exe`);
  return path.join(appOutDir, packager.executableName);
}

/** electron-builder's hook. Rejects when a fuse cannot be set: a package with an open one must not come to be. */
exports.default = async function afterPack(context) {
  const fuses = await import('@electron/fuses');
  await fuses.flipFuses(programOf(context), fusesFor(context.electronPlatformName, fuses));
};
