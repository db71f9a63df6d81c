//! Models against theory and against published results.
mod blackout;
mod closures;
mod covasim;
mod crowd;
mod doubling;
mod extinction;
mod final_size;
mod growth;
mod hellewell;
mod lai;
mod meetings;
mod movement;
mod routes;
mod sensitivity;
mod tracing;
mod traffic;
mod zhang;
