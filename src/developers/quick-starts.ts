/**
 * The quick starts: each is a folder of examples/quick-start, and its page shows those very files. What is shown is run
 * in CI block by block (test/flow/quick-starts.test.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Text } from '../http/index.ts';
import type { Discovery } from '../oidc/index.ts';
import type { DeveloperDeps } from './dependencies.ts';

export interface QuickStart {
  /** Folder name and part of the page's address. */
  id: string;
  name: Text;
  /** What it is written with, and what has to be there. */
  with: Text;
  /** A public app has no secret; its redirect URI is the page itself. */
  publicApp: boolean;
  files: string[];
  install?: string;
  run: string;
}

const same = (name: string): Text => ({ zh: name, en: name });

export const quickStarts: readonly QuickStart[] = [
  {
    id: 'node',
    name: same('Node.js'),
    with: { zh: 'Express 与 openid-client，Node 20 以上', en: 'Express and openid-client, Node 20 or later' },
    publicApp: false,
    files: ['server.mjs'],
    install: 'npm install --no-fund --no-audit express@5 openid-client@6',
    run: 'node server.mjs',
  },
  {
    id: 'browser',
    name: { zh: '浏览器网页', en: 'Browser' },
    with: {
      zh: '没有后台的网页（单页应用）：openid-client，不需要打包',
      en: 'A page without a server (single-page app): openid-client, no bundler',
    },
    publicApp: true,
    files: ['index.html', 'app.js'],
    install: 'npm install --no-fund --no-audit openid-client@6',
    run: 'python3 -m http.server --bind 127.0.0.1 "$PORT"',
  },
  {
    id: 'python',
    name: same('Python'),
    with: { zh: 'Flask 与 Authlib，Python 3.10 以上', en: 'Flask and Authlib, Python 3.10 or later' },
    publicApp: false,
    files: ['requirements.txt', 'app.py'],
    install: 'python3 -m venv .venv\n.venv/bin/pip install -q -r requirements.txt',
    run: '.venv/bin/python app.py',
  },
  {
    id: 'java',
    name: same('Java'),
    with: {
      zh: 'Nimbus OAuth SDK，Java 17 以上与 Maven',
      en: 'Nimbus OAuth SDK, Java 17 or later and Maven',
    },
    publicApp: false,
    files: ['pom.xml', 'src/main/java/App.java'],
    install: 'mvn -q -B compile',
    run: 'mvn -q -B exec:java',
  },
  {
    id: 'go',
    name: same('Go'),
    with: { zh: 'go-oidc，Go 1.26 以上', en: 'go-oidc, Go 1.26 or later' },
    publicApp: false,
    files: ['main.go'],
    install:
      'go mod init first-app\ngo get github.com/coreos/go-oidc/v3/oidc@v3.21.0 golang.org/x/oauth2@v0.37.0\ngo build -o first-app .',
    run: './first-app',
  },
];

/** One thing to do: save a file, or give commands to a shell (bash or zsh). */
export type Block =
  | { kind: 'file'; file: string; text: string }
  | { kind: 'shell'; about: 'folder' | 'register' | 'install' | 'run'; text: string };

/** A page can be read by anybody: what it is served with says which app it is, and nothing of its registration. */
const publicSettings = `echo "{\\"issuer\\": \\"$ISSUER\\", \\"client_id\\": $(node -p 'JSON.stringify(require("../registration.json").client_id)')}" > client.json`;

/** RFC 7591 §3.1, where the issuer takes registrations; else the operator's command. */
const registerCommands = (
  { name, publicApp }: QuickStart,
  discovery: Discovery,
  mode: DeveloperDeps['registration'],
): string => {
  const members = [
    `"client_name": "My first app (${name.en})"`,
    `"redirect_uris": ["http://localhost:$PORT/${publicApp ? '' : 'callback'}"]`,
    `"post_logout_redirect_uris": ["http://localhost:$PORT/"]`,
    ...(publicApp ? ['"token_endpoint_auth_method": "none"'] : []),
    '"id_token_signed_response_alg": "ES256"',
    '"scope": "openid profile"',
  ];
  const answer = publicApp ? '../registration.json' : 'client.json';
  const token = mode === 'token' ? ' -H "authorization: Bearer $REGISTRATION_TOKEN"' : '';
  const path = new URL(String(discovery.registration_endpoint ?? discovery.issuer)).pathname;
  const give =
    mode === 'off'
      ? `# the operator of the server runs:\nnpx onecert app add --metadata app.json --json > ${answer}`
      : `curl -sS --fail-with-body "$ISSUER${path}"${token} \\\n  -H "content-type: application/json" --data @app.json -o ${answer}`;
  return `cat > app.json <<END
{
  ${members.join(',\n  ')}
}
END
${give}${publicApp ? `\n${publicSettings}` : ''}`;
};

/** What a developer does, in order, from an empty folder to a running app. */
export const blocksOf = (
  quickStart: QuickStart,
  issuer: Discovery,
  { registration, examplesDir }: DeveloperDeps,
): Block[] => [
  {
    kind: 'shell',
    about: 'folder',
    text: `mkdir -p first-app-${quickStart.id} && cd first-app-${quickStart.id}
export ISSUER=${issuer.issuer} PORT=\${PORT:-8081}`,
  },
  { kind: 'shell', about: 'register', text: registerCommands(quickStart, issuer, registration) },
  ...quickStart.files.map(
    (file): Block => ({
      kind: 'file',
      file,
      text: readFileSync(join(examplesDir, quickStart.id, file), 'utf8'),
    }),
  ),
  ...(quickStart.install === undefined
    ? []
    : [{ kind: 'shell', about: 'install', text: quickStart.install } as const]),
  { kind: 'shell', about: 'run', text: quickStart.run },
];
