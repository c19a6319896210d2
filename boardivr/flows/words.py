"""What built-in dialogues say by themselves, by language; a flow may say it otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "confirm_right": {"en": "If that is right", "zh": "确认无误", "yue": "確認無誤"},
    "confirm_again": {"en": "To enter it again", "zh": "重新输入", "yue": "重新輸入"},
    "menu_arrange": {
        "en": "To change the order of your menu",
        "zh": "调整菜单顺序",
        "yue": "調整選單次序",
    },
    "menu_hide": {"en": "To hide a choice", "zh": "隐藏一个选项", "yue": "隱藏一個選項"},
    "menu_show": {
        "en": "To have a hidden choice back",
        "zh": "恢复隐藏的选项",
        "yue": "恢復隱藏嘅選項",
    },
    "menu_reset": {
        "en": "To have the original menu back",
        "zh": "恢复原来的菜单",
        "yue": "恢復原來嘅選單",
    },
    "menu_done": {"en": "When you have finished", "zh": "结束设置", "yue": "結束設定"},
    "menu_first": {
        "en": "Which choice do you want first?",
        "zh": "请选择要放在最前面的选项。",
        "yue": "請選擇要放喺最前面嘅選項。",
    },
    "menu_next": {
        "en": "And which one next?",
        "zh": "请选择接下来的选项。",
        "yue": "請選擇接住落嚟嘅選項。",
    },
    "menu_rest": {
        "en": "To leave the others as they are",
        "zh": "其余保持不变",
        "yue": "其餘保持不變",
    },
    "menu_which_hide": {
        "en": "Which choice do you want to hide?",
        "zh": "请选择要隐藏的选项。",
        "yue": "請選擇要隱藏嘅選項。",
    },
    "menu_which_show": {
        "en": "Which choice do you want back?",
        "zh": "请选择要恢复的选项。",
        "yue": "請選擇要恢復嘅選項。",
    },
    "menu_now": {"en": "Your menu is now:", "zh": "您的菜单现在是:", "yue": "你嘅選單而家係:"},
    "record_hear": {"en": "To hear your message", "zh": "试听留言", "yue": "試聽留言"},
    "record_again": {"en": "To record it again", "zh": "重新录音", "yue": "重新錄音"},
    "record_keep": {"en": "To keep it", "zh": "保存留言", "yue": "儲存留言"},
    "go_back": {"en": "To go back", "zh": "返回", "yue": "返回"},
    "one_moment": {"en": "One moment, please.", "zh": "请稍候。", "yue": "請等等。"},
    "more_choices": {"en": "For more choices", "zh": "更多选项", "yue": "更多選項"},
}
"""By id, then by language code."""


def built_in(name: str, language: str) -> str | None:
    """Return the words of an id in a language; None where there are none."""
    return WORDS[name].get(language.split("-")[0])
