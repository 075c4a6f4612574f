import { subtitle } from '../describe.js';
import type { Diagram } from '../model.js';
import { count, percent, short, size } from '../text.js';
import { rect, text } from './draw.js';
import { fit } from './measure.js';
import type { Panel } from './panel.js';

/** The network's name, and its figures in a line. */
export function headerPanel(diagram: Diagram, width: number): Panel {
  return {
    width,
    height: 106,
    wire: 0,
    draw(x, y) {
      const figures = figuresOf(diagram);
      const column = width / figures.length;
      const drawn = figures.map(
        ([value, what], i) =>
          text(x + i * column, y + 82, 'figure', value, 'start') +
          text(x + i * column, y + 100, 'muted', what, 'start'),
      );
      return [
        text(x, y + 22, 'name', fit(diagram.name, width, 22, true), 'start'),
        text(x, y + 43, 'muted', fit(subtitle(diagram), width, 11), 'start'),
        rect(x, y + 57, width, 1, 'track'),
        ...drawn,
      ].join('');
    },
  };
}

function figuresOf({ input, params, attachedParams, macs, activationBytes }: Diagram): [string, string][] {
  return [
    [short(params), `parameters: ${count(params)}`],
    [percent(attachedParams, params), `in attachments: ${count(attachedParams)}`],
    [short(macs), macs === null ? 'MACs: input size open' : `MACs at ${size(input)}`],
    [
      short(activationBytes, 'B'),
      activationBytes === null ? 'activations: input size open' : 'activations, one sample',
    ],
  ];
}
