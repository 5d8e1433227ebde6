//! What the present mode costs this tab, in three figures.

use yew::prelude::*;

use crate::{
    state::{
        Cost,
        cost::{bytes_for_eyes, delay_for_eyes},
    },
    words::words,
};

/// Requests, bytes, delay.
pub fn costs(cost: &Cost) -> Html {
    let words = &words().listening;
    let requests = cost.traffic.requests;
    let late = cost.late_ms;
    html! {
        <dl class="costs" title={words.counted} aria-label={words.costs}>
            <div>
                <dt>{ (words.requests)(requests) }</dt>
                <dd id="cost-requests" data-value={requests.to_string()}>{ requests }</dd>
            </div>
            <div>
                <dt>{ words.both_ways }</dt>
                <dd id="cost-bytes" data-value={cost.bytes().to_string()}>
                    { bytes_for_eyes(cost.bytes()) }
                </dd>
            </div>
            <div>
                <dt>{ words.late }</dt>
                <dd id="cost-late" data-value={late.map_or_else(String::new, |ms| ms.to_string())}>
                    { late.map_or_else(|| "–".into(), delay_for_eyes) }
                </dd>
            </div>
        </dl>
    }
}
