export {Deck, MapView, AmbientLight, DirectionalLight, LightingEffect} from '@deck.gl/core';
export {PathLayer, SolidPolygonLayer, ColumnLayer} from '@deck.gl/layers';
export {default as TripsLayer} from './node_modules/@deck.gl/geo-layers/dist/trips-layer/trips-layer.js';
