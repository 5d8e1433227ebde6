//! Emoji by short name: those that people use, under the names that Slack, GitHub and Discord share.
//! One string rather than a table, since that is what compresses well and needs no pointers.

/// `name sign`, one after the other; the first of several that begin alike is offered first.
const TABLE: &str = "smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rofl 🤣 sweat_smile 😅 laughing 😆 wink 😉 blush 😊 \
    slightly_smiling_face 🙂 heart_eyes 😍 yum 😋 stuck_out_tongue 😛 hugs 🤗 thinking 🤔 raised_eyebrow 🤨 \
    neutral_face 😐 smirk 😏 roll_eyes 🙄 grimacing 😬 pensive 😔 sleeping 😴 mask 😷 exploding_head 🤯 partying_face 🥳 \
    sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 open_mouth 😮 flushed 😳 cry 😢 sob 😭 scream 😱 sweat 😓 rage 😡 \
    angry 😠 skull 💀 poop 💩 ghost 👻 robot 🤖 see_no_evil 🙈 heart ❤️ broken_heart 💔 100 💯 boom 💥 zzz 💤 wave 👋 \
    raised_hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_down 👇 +1 👍 thumbsup 👍 -1 👎 \
    thumbsdown 👎 clap 👏 raised_hands 🙌 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 facepalm 🤦 shrug 🤷 \
    bow 🙇 bug 🐛 pizza 🍕 cookie 🍪 cake 🍰 birthday 🎂 coffee ☕ tea 🍵 beer 🍺 construction 🚧 rotating_light 🚨 \
    airplane ✈️ rocket 🚀 hourglass ⌛ alarm_clock ⏰ sunny ☀️ zap ⚡ rainbow 🌈 fire 🔥 star ⭐ sparkles ✨ tada 🎉 \
    gift 🎁 trophy 🏆 dart 🎯 art 🎨 camera 📷 computer 💻 floppy_disk 💾 phone ☎️ battery 🔋 bulb 💡 book 📖 books 📚 \
    email ✉️ package 📦 pencil ✏️ memo 📝 calendar 📅 pushpin 📌 paperclip 📎 bar_chart 📊 lock 🔒 unlock 🔓 key 🔑 \
    hammer 🔨 wrench 🔧 gear ⚙️ mag 🔍 link 🔗 broom 🧹 bell 🔔 mega 📣 warning ⚠️ no_entry ⛔ recycle ♻️ \
    white_check_mark ✅ x ❌ question ❓ exclamation ❗ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ ok 🆗 \
    green_circle 🟢";

/// All of them: name and sign.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = TABLE.split_ascii_whitespace();
    std::iter::from_fn(move || Some((words.next()?, words.next()?)))
}

/// The sign of this name.
#[must_use]
pub fn sign(name: &str) -> Option<&'static str> {
    all().find_map(|(known, sign)| (known == name).then_some(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once_and_leads_to_a_sign() {
        let names: Vec<_> = all().map(|(name, _)| name).collect();
        assert!((120..=400).contains(&names.len()), "{}", names.len());
        for (n, (name, sign)) in all().enumerate() {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_+-".contains(&b);
            assert!(name.bytes().all(plain), "{name}");
            assert!(!sign.is_ascii(), "{name} leads to {sign}");
            assert!(!names[..n].contains(&name), "{name} is there twice");
        }
    }
}
