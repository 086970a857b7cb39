import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The browser tests look at a page made from the present sources, wherever the last `dotnet build` left wwwroot. */
export const pageFolder = fileURLToPath(new URL('../../node_modules/.tmp/page', import.meta.url));

export async function setup(): Promise<void> {
  await build({
    root: join(pageFolder, '../../..'),
    logLevel: 'warn',
    build: { outDir: pageFolder, emptyOutDir: true },
  });
}
