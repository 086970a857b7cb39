import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('../../../../SmartCityIoT.Server/bin', import.meta.url));

/** The program as the build left it: Release before Debug. */
export const serverProgram = ['Release', 'Debug'].map((configuration) => join(server, configuration, 'net10.0', 'smartcity.dll')).find((file) => existsSync(file));

export interface Demo {
  url: string;
  stop(): Promise<void>;
}

/** Starts the built program's demo on free ports with a data directory of its own, and waits until it says where to look. */
export async function startDemo(options: string[]): Promise<Demo> {
  if (!serverProgram) throw new Error('The server is not built: dotnet build -c Release SmartCityIoT.sln');
  const data = mkdtempSync(join(tmpdir(), 'smartcity-demo-'));
  const demo = spawn('dotnet', [
    serverProgram, 'demo', ...options,
    '--urls', 'http://127.0.0.1:0', '--SmartCity:Mqtt:Listen:Port', '0', '--SmartCity:DataDirectory', data,
  ]);
  const url = await whereToLook(demo);
  return {
    url,
    async stop() {
      const ended = new Promise<void>((resolve) => demo.once('exit', () => resolve()));
      demo.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function whereToLook(demo: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const page = /Page\s+(http:\S+)/.exec(said);
      if (page?.[1]) resolve(page[1]);
    };
    demo.stdout?.on('data', listen);
    demo.stderr?.on('data', listen);
    demo.once('exit', (code) => reject(new Error(`The demo ended with ${code}:\n${said}`)));
  });
}
