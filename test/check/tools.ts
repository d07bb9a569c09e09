import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Check, Offence } from './check.ts';

interface Output {
  readonly code: number;
  readonly text: string;
}

function run(root: string, tool: string, args: readonly string[]): Promise<Output> {
  const bin = path.join(root, 'node_modules/.bin', tool);
  return new Promise((resolve, reject) => {
    execFile(bin, args, { cwd: root, maxBuffer: 32 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (typeof code === 'number') resolve({ code, text: `${stdout}${stderr}`.trim() });
      else reject(new Error(`${tool} did not run`, { cause: error }));
    });
  });
}

/** A check that is one command line: its output is the list of offences when it ends non-zero. */
function toolCheck(name: string, tool: string, args: readonly string[]): Check {
  return {
    name,
    async run(root): Promise<readonly Offence[]> {
      const { code, text } = await run(root, tool, args);
      return code === 0 ? [] : [{ file: tool, line: null, says: `ended with ${code}\n${text}` }];
    },
  };
}

export const format = toolCheck('format', 'prettier', ['--check', '--log-level', 'warn', '.']);
export const lint = toolCheck('lint', 'oxlint', ['--type-aware', '--deny-warnings', '.']);
export const types = toolCheck('types', 'tsc', ['--noEmit', '--pretty', 'false']);
