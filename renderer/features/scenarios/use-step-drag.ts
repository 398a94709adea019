import { type DragEvent, useState } from 'react';

/** Where a step that is dragged would go. */
export interface DropPlace {
  readonly beside: string;
  readonly place: 'before' | 'after';
}

/** What a card needs to be dragged, and to have others dropped beside it. */
export interface CardDrag {
  readonly isDragged: boolean;
  /** Where the line is drawn. */
  readonly drop: DropPlace['place'] | undefined;
  readonly onDragStart: (event: DragEvent<HTMLElement>) => void;
  readonly onDragOver: (event: DragEvent<HTMLElement>) => void;
  readonly onDrop: (event: DragEvent<HTMLElement>) => void;
  readonly onDragEnd: () => void;
}

/** Steps that are moved by dragging their cards. Keys do the same: Alt with the arrows. */
export function useStepDrag(
  relocate: (at: string, beside: string, place: DropPlace['place']) => void,
): (at: string) => CardDrag {
  const [dragged, setDragged] = useState<string>();
  const [target, setTarget] = useState<DropPlace>();
  const end = (): void => {
    setDragged(undefined);
    setTarget(undefined);
  };
  return (at) => ({
    isDragged: dragged === at,
    drop: target?.beside === at ? target.place : undefined,
    onDragStart: (event) => {
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', at);
      setDragged(at);
    },
    onDragOver: (event) => {
      // Into itself it cannot go; what comes from elsewhere is no step.
      if (dragged === undefined || at === dragged || at.startsWith(`${dragged}.`)) {
        setTarget(undefined);
        return;
      }
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
      const { top, height } = event.currentTarget.getBoundingClientRect();
      const place = event.clientY < top + height / 2 ? 'before' : 'after';
      if (target?.beside !== at || target.place !== place) setTarget({ beside: at, place });
    },
    onDrop: (event) => {
      event.preventDefault();
      if (dragged !== undefined && target !== undefined) relocate(dragged, target.beside, target.place);
      end();
    },
    onDragEnd: end,
  });
}
