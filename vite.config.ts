import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    // Monaco is one file, loaded when a text is shown; everything else stays far below.
    chunkSizeWarningLimit: 4200,
    modulePreload: { polyfill: false },
  },
});
