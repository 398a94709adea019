/** The menus of the application, in order; roles of the system (edit, window) are added by the shell. */
export const COMMAND_MENUS = ['File', 'View', 'Server', 'Traffic', 'Help'] as const;
export type CommandMenu = (typeof COMMAND_MENUS)[number];

/** A command of the whole application: the palette, the shortcut sheet, the keyboard and the native menu are made from these rows. */
export interface Command {
  /** noun.verb; also what `menu.chosen` carries. */
  readonly id: string;
  readonly label: string;
  /** Keys joined by `+`; `Mod` is Ctrl, or Command on macOS. A single character stands for the key that types it. */
  readonly shortcut?: string;
  /** Where the native menu shows it; commands without stay out of it. */
  readonly menu?: CommandMenu;
}

/** Grouped by menu, in the order the menu shows. */
export const COMMANDS = [
  { id: 'server.new', label: 'New server…', shortcut: 'Mod+N', menu: 'File' },
  { id: 'server.open', label: 'Open server configuration…', shortcut: 'Mod+O', menu: 'File' },
  { id: 'traffic.open', label: 'Open capture…', shortcut: 'Mod+Shift+O', menu: 'File' },
  { id: 'traffic.export', label: 'Export capture…', shortcut: 'Mod+E', menu: 'File' },

  { id: 'view.servers', label: 'Servers', shortcut: 'Mod+1', menu: 'View' },
  { id: 'view.traffic', label: 'Traffic', shortcut: 'Mod+2', menu: 'View' },
  { id: 'view.scenarios', label: 'Scenarios', shortcut: 'Mod+3', menu: 'View' },
  { id: 'view.load', label: 'Load', shortcut: 'Mod+4', menu: 'View' },
  { id: 'view.state', label: 'State', shortcut: 'Mod+5', menu: 'View' },
  { id: 'view.palette', label: 'Command palette', shortcut: 'Mod+K', menu: 'View' },
  { id: 'view.theme', label: 'Switch light and dark', shortcut: 'Mod+Shift+L', menu: 'View' },

  { id: 'server.start', label: 'Start server', shortcut: 'F9', menu: 'Server' },
  { id: 'server.stop', label: 'Stop server', shortcut: 'Shift+F9', menu: 'Server' },
  { id: 'server.restart', label: 'Restart server', shortcut: 'Mod+F9', menu: 'Server' },
  { id: 'server.stopAll', label: 'Stop all servers', shortcut: 'Mod+Shift+F9', menu: 'Server' },
  { id: 'lab.start', label: 'Start a lab', menu: 'Server' },
  { id: 'lab.call', label: 'Make a call in the lab', menu: 'Server' },
  { id: 'lab.stop', label: 'Stop the lab', menu: 'Server' },
  { id: 'operator.go', label: 'Go to what waits for you', shortcut: 'F7', menu: 'Server' },

  { id: 'traffic.filter', label: 'Filter dialogs', shortcut: 'Mod+F', menu: 'Traffic' },
  { id: 'traffic.scenario', label: 'Make scenario…', menu: 'Traffic' },
  { id: 'traffic.replay', label: 'Replay…', menu: 'Traffic' },
  { id: 'traffic.record', label: 'Record on or off', shortcut: 'Mod+R', menu: 'Traffic' },
  { id: 'traffic.clear', label: 'Clear traffic', menu: 'Traffic' },

  { id: 'help.shortcuts', label: 'Keyboard shortcuts', shortcut: '?', menu: 'Help' },
] as const satisfies readonly Command[];

export type CommandId = (typeof COMMANDS)[number]['id'];
