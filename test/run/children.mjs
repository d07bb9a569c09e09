import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';

/** Runs a command with its output shown and collected. Ctrl-C reaches it through the terminal's process group. */
export function runIn(cwd, command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const show = (stream) => (part) => {
      output += part;
      stream.write(part);
    };
    child.stdout.setEncoding('utf8').on('data', show(process.stdout));
    child.stderr.setEncoding('utf8').on('data', show(process.stderr));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function findMarked(variable, value) {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`${variable}=${value}`)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // A zombie has no command line and is already gone.
    if (command !== '') found.push({ pid: Number(pid), command: command.replaceAll('\0', ' ').slice(0, 160) });
  }
  return found;
}

/** Ends every process whose environment carries the mark, by its pid, and says which they were (Linux only). */
export async function endMarked(variable, value) {
  const left = await findMarked(variable, value);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  return left;
}
