import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const apps = {
  wallet: { name: '卡包 OneCert Wallet', shortName: '卡包', description: '我的证照 My certificates' },
  counter: { name: '窗口 OneCert Counter', shortName: '窗口', description: '核验证照 Check certificates' },
} as const;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** One app a build: `vite build --mode wallet`. `npm run build` builds all of them. */
export default defineConfig(({ mode }) => {
  if (!(mode in apps)) throw new Error(`vite: --mode must be one of ${Object.keys(apps).join(', ')}`);
  const app = mode as keyof typeof apps;
  return {
    root: path(`web/${app}`),
    base: `/${app}/`,
    cacheDir: path(`node_modules/.vite/${app}`),
    build: {
      outDir: path(`dist/web/${app}`),
      emptyOutDir: true,
      // The content security policy allows no data: script and no inline script.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    worker: { format: 'es' },
    plugins: [
      react(),
      VitePWA({
        registerType: 'prompt',
        injectRegister: false,
        filename: 'sw.js',
        includeManifestIcons: false,
        manifest: {
          id: `/${app}/`,
          name: apps[app].name,
          short_name: apps[app].shortName,
          description: apps[app].description,
          lang: 'zh-CN',
          start_url: `/${app}/`,
          scope: `/${app}/`,
          display: 'standalone',
          background_color: '#FFFFFF',
          theme_color: '#0B57D0',
          icons: [
            { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' },
            { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
            { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
            { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          ],
        },
        workbox: {
          // Precaching is all or nothing, so only the core is in it; the code reader follows by itself.
          globPatterns: ['**/*.{js,css,html,svg}', 'icon-192.png'],
          // A first visit must be enough for the next one without a network. Updates still wait for a yes.
          clientsClaim: true,
          cleanupOutdatedCaches: true,
          runtimeCaching: [
            { urlPattern: /\.wasm$/, handler: 'CacheFirst', options: { cacheName: 'onecert-reader' } },
          ],
        },
      }),
    ],
  };
});
