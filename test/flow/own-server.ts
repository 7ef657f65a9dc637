import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectDir } from '../../src/config.ts';
import { freePort, ServerProcess } from '../../src/tour/server-process.ts';

export interface OwnServer {
  server: ServerProcess;
  dataDir: string;
  passwordOf(id: string): string;
  remove(): Promise<void>;
}

/** A server process on a fresh folder and port; not started yet. `npm test` has built dist before. */
export const ownServer = async (env: NodeJS.ProcessEnv = {}): Promise<OwnServer> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'onecert-server-'));
  // The embedded store unless the test says otherwise: several processes share one MongoDB in CI.
  const server = new ServerProcess(projectDir, await freePort(), dataDir, {
    MONGODB_URL: '',
    REDIS_URL: '',
    ...env,
  });
  return {
    server,
    dataDir,
    passwordOf(id) {
      const people = JSON.parse(readFileSync(join(dataDir, 'sample-people.json'), 'utf8'));
      return people.find((person: { id: string }) => person.id === id).password;
    },
    async remove() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** The JSON a command printed; throws with what it said when it failed. */
export const jsonOf = <T>(result: { exitCode: number; stdout: string; stderr: string }): T => {
  if (result.exitCode !== 0) throw new Error(`exit ${result.exitCode}: ${result.stderr}`);
  return JSON.parse(result.stdout) as T;
};
