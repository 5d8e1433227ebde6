//! Emoji by short name: those that people use, under the names that Slack, GitHub and Discord share.
//! One string rather than a table, since that is what compresses well and needs no pointers.

/// `name sign`, one after the other; the first of several that begin alike is offered first.
const TABLE: &str = "smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rofl 🤣 sweat_smile 😅 laughing 😆 \
    wink 😉 blush 😊 innocent 😇 slightly_smiling_face 🙂 upside_down_face 🙃 relieved 😌 heart_eyes 😍 \
    smiling_face_with_three_hearts 🥰 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 \
    stuck_out_tongue_winking_eye 😜 money_mouth_face 🤑 hugs 🤗 hand_over_mouth 🤭 shushing_face 🤫 \
    thinking 🤔 zipper_mouth_face 🤐 raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 \
    smirk 😏 unamused 😒 roll_eyes 🙄 grimacing 😬 lying_face 🤥 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 \
    nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 dizzy_face 😵 exploding_head 🤯 \
    cowboy_hat_face 🤠 partying_face 🥳 sunglasses 😎 nerd_face 🤓 monocle_face 🧐 confused 😕 worried 😟 \
    frowning 😦 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 fearful 😨 cold_sweat 😰 \
    cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 \
    rage 😡 angry 😠 smiling_imp 😈 skull 💀 poop 💩 clown_face 🤡 ghost 👻 alien 👽 robot 🤖 \
    see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 heart ❤️ orange_heart 🧡 yellow_heart 💛 \
    green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 broken_heart 💔 sparkling_heart 💖 \
    two_hearts 💕 100 💯 boom 💥 dizzy 💫 sweat_drops 💦 dash 💨 bomb 💣 speech_balloon 💬 zzz 💤 \
    wave 👋 raised_hand ✋ vulcan_salute 🖖 ok_hand 👌 pinching_hand 🤏 v ✌️ crossed_fingers 🤞 \
    love_you_gesture 🤟 metal 🤘 call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆 \
    point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 \
    open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 brain 🧠 eyes 👀 eye 👁️ ear 👂 \
    facepalm 🤦 shrug 🤷 bow 🙇 raising_hand 🙋 technologist 🧑‍💻 ninja 🥷 dancer 💃 runner 🏃 zombie 🧟 \
    dog 🐶 cat 🐱 mouse 🐭 fox_face 🦊 bear 🐻 panda_face 🐼 unicorn 🦄 pig 🐷 frog 🐸 monkey 🐒 \
    chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 turtle 🐢 snake 🐍 dragon 🐉 whale 🐳 dolphin 🐬 fish 🐟 \
    octopus 🐙 crab 🦀 snail 🐌 butterfly 🦋 bug 🐛 ant 🐜 bee 🐝 sloth 🦥 elephant 🐘 \
    bouquet 💐 rose 🌹 sunflower 🌻 seedling 🌱 evergreen_tree 🌲 palm_tree 🌴 cactus 🌵 \
    four_leaf_clover 🍀 fallen_leaf 🍂 mushroom 🍄 apple 🍎 banana 🍌 avocado 🥑 lemon 🍋 strawberry 🍓 \
    popcorn 🍿 pizza 🍕 hamburger 🍔 taco 🌮 fries 🍟 sushi 🍣 egg 🥚 bread 🍞 cheese 🧀 cookie 🍪 cake 🍰 \
    birthday 🎂 icecream 🍦 chocolate_bar 🍫 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 \
    champagne 🍾 tropical_drink 🍹 earth_americas 🌎 earth_africa 🌍 world_map 🗺️ mountain ⛰️ \
    beach_umbrella 🏖️ house 🏠 office 🏢 hospital 🏥 construction 🚧 rotating_light 🚨 car 🚗 bus 🚌 \
    train 🚆 bike 🚲 airplane ✈️ rocket 🚀 ship 🚢 anchor ⚓ hourglass ⌛ watch ⌚ alarm_clock ⏰ \
    stopwatch ⏱️ sun ☀️ sunny ☀️ partly_sunny ⛅ cloud ☁️ umbrella ☔ zap ⚡ snowflake ❄️ snowman ⛄ \
    rainbow 🌈 ocean 🌊 droplet 💧 fire 🔥 star ⭐ star2 🌟 sparkles ✨ moon 🌙 tada 🎉 confetti_ball 🎊 \
    balloon 🎈 gift 🎁 christmas_tree 🎄 jack_o_lantern 🎃 ribbon 🎀 trophy 🏆 medal_sports 🏅 \
    first_place 🥇 soccer ⚽ basketball 🏀 dart 🎯 video_game 🎮 game_die 🎲 jigsaw 🧩 art 🎨 musical_note 🎵 \
    headphones 🎧 guitar 🎸 microphone 🎤 movie_camera 🎥 camera 📷 computer 💻 keyboard ⌨️ \
    floppy_disk 💾 phone ☎️ iphone 📱 battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦 book 📖 books 📚 \
    newspaper 📰 money_with_wings 💸 moneybag 💰 credit_card 💳 gem 💎 email ✉️ package 📦 mailbox 📫 \
    pencil ✏️ memo 📝 clipboard 📋 calendar 📅 pushpin 📌 paperclip 📎 scissors ✂️ file_folder 📁 \
    chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 lock 🔒 unlock 🔓 key 🔑 \
    hammer 🔨 wrench 🔧 gear ⚙️ toolbox 🧰 magnet 🧲 test_tube 🧪 microscope 🔬 telescope 🔭 satellite 📡 \
    pill 💊 mag 🔍 link 🔗 broom 🧹 wastebasket 🗑️ bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 \
    triangular_flag_on_post 🚩 checkered_flag 🏁 white_flag 🏳️ rainbow_flag 🏳️‍🌈 warning ⚠️ \
    no_entry ⛔ no_entry_sign 🚫 recycle ♻️ white_check_mark ✅ heavy_check_mark ✔️ x ❌ question ❓ \
    exclamation ❗ bangbang ‼️ plus ➕ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ \
    arrows_counterclockwise 🔄 infinity ♾️ new 🆕 free 🆓 ok 🆗 sos 🆘 cool 🆒 red_circle 🔴 \
    large_blue_circle 🔵 green_circle 🟢 yellow_circle 🟡";

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
        assert!((200..=400).contains(&names.len()), "{}", names.len());
        for (n, (name, sign)) in all().enumerate() {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_+-".contains(&b);
            assert!(name.bytes().all(plain), "{name}");
            assert!(!sign.is_ascii(), "{name} leads to {sign}");
            assert!(!names[..n].contains(&name), "{name} is there twice");
        }
    }
}
