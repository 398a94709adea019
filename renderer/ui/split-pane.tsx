import { Fragment, type ReactNode } from 'react';
import { Group, type Layout, Panel, Separator } from 'react-resizable-panels';
import { usePreference } from './preferences.tsx';
import './pane.css';

export interface SplitPart {
  readonly id: string;
  /** Like `288px` or `40%`; the part without takes the rest. */
  readonly size?: string;
  readonly minSize?: string;
  /** Keeps its pixels when the window changes. */
  readonly isFixed?: boolean;
  readonly content: ReactNode;
}

export interface SplitPaneProps {
  /** Names the remembered sizes; one a set of parts. */
  readonly id: string;
  readonly direction?: 'horizontal' | 'vertical';
  readonly parts: readonly SplitPart[];
}

/** Panes side by side (or one above the other), parted by a hairline that can be dragged or moved with the arrow keys. */
export function SplitPane({ id, direction = 'horizontal', parts }: SplitPaneProps): ReactNode {
  const [layout, setLayout] = usePreference<Layout | undefined>(`layout.${id}`, undefined);
  return (
    <Group
      id={id}
      orientation={direction}
      {...(layout === undefined ? {} : { defaultLayout: layout })}
      onLayoutChanged={(next, { isUserInteraction }) => {
        if (isUserInteraction) setLayout(next);
      }}
    >
      {parts.map((part, i) => (
        <Fragment key={part.id}>
          {i > 0 && <Separator className="sep" data-direction={direction} aria-label={`Resize ${part.id}`} />}
          <Panel
            id={part.id}
            minSize={part.minSize ?? '160px'}
            {...(part.size === undefined ? {} : { defaultSize: part.size })}
            groupResizeBehavior={part.isFixed === true ? 'preserve-pixel-size' : 'preserve-relative-size'}
          >
            {part.content}
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}
