import * as z from 'zod';

/* Imported before anything that has schemas: zod would try whether it may compile them, which the page's policy forbids and reports. */

z.config({ jitless: true });
