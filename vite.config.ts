import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** Those that are installed on a phone and work without a network. The console is neither. */
const installable = {
  wallet: { name: '卡包 OneCert Wallet', shortName: '卡包', description: '我的证照 My certificates' },
  counter: { name: '窗口 OneCert Counter', shortName: '窗口', description: '核验证照 Check certificates' },
} as const;

const apps = [...Object.keys(installable), 'console'];

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * antd writes its styles while it renders. The policy lets no <style> in, so they become adopted style sheets: the one
 * module through which antd and all its parts write them is replaced (decision 0024).
 */
const adoptStyles: Plugin = {
  name: 'adopt-styles',
  enforce: 'pre',
  load: (id) =>
    /@rc-component\/util\/es\/Dom\/dynamicCSS\.js$/.test(id.split('?')[0]!)
      ? `export * from ${JSON.stringify(path('web/console/adopted-styles.ts'))};`
      : null,
};

const asInstallable = (app: keyof typeof installable) => {
  const { name, shortName, description } = installable[app];
  return VitePWA({
    registerType: 'prompt',
    injectRegister: false,
    filename: 'sw.js',
    includeManifestIcons: false,
    manifest: {
      id: `/${app}/`,
      name,
      short_name: shortName,
      description,
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
  });
};

/** One app a build: `vite build --mode wallet`. `npm run build` builds all of them. */
export default defineConfig(({ mode }) => {
  if (!apps.includes(mode)) throw new Error(`vite: --mode must be one of ${apps.join(', ')}`);
  return {
    root: path(`web/${mode}`),
    base: `/${mode}/`,
    cacheDir: path(`node_modules/.vite/${mode}`),
    build: {
      outDir: path(`dist/web/${mode}`),
      emptyOutDir: true,
      // The content security policy allows no data: script and no inline script.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    worker: { format: 'es' },
    plugins: [
      react(),
      mode === 'console' ? adoptStyles : asInstallable(mode as keyof typeof installable),
    ],
  };
});
