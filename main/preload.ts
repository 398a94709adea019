import { contextBridge, ipcRenderer } from 'electron';

/* Hands the page a port to the workbench, and nothing else: everything a page can do is a method of the contract. Written once, never changed. */

ipcRenderer.on('workbench-port', (event) => {
  window.postMessage('workbench-port', '*', [...event.ports]);
});
contextBridge.exposeInMainWorld(
  'shell',
  Object.freeze({
    hello: () => {
      ipcRenderer.send('workbench-hello');
    },
  }),
);
