//! What the present mode costs this tab, in three figures.

use yew::prelude::*;

use crate::state::{
    Cost,
    cost::{bytes_for_eyes, delay_for_eyes},
};

/// What the figures count, for whoever wonders.
pub const COUNTED: &str = "Counted in this tab since its mode was chosen: what listening and \
    posting took, in both directions. Headers that a browser hides from a page are estimated.";

/// Requests, bytes, delay.
pub fn costs(cost: &Cost) -> Html {
    let requests = cost.traffic.requests;
    let late = cost.late_ms;
    html! {
        <dl class="costs" title={COUNTED} aria-label="What this mode costs">
            <div>
                <dt>{ if requests == 1 { "request" } else { "requests" } }</dt>
                <dd id="cost-requests" data-value={requests.to_string()}>{ requests }</dd>
            </div>
            <div>
                <dt>{ "both ways" }</dt>
                <dd id="cost-bytes" data-value={cost.bytes().to_string()}>
                    { bytes_for_eyes(cost.bytes()) }
                </dd>
            </div>
            <div>
                <dt>{ "late" }</dt>
                <dd id="cost-late" data-value={late.map_or_else(String::new, |ms| ms.to_string())}>
                    { late.map_or_else(|| "–".into(), delay_for_eyes) }
                </dd>
            </div>
        </dl>
    }
}
