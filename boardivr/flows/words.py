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
    "fax_start_now": {
        "en": "Please press the start button of your fax machine now.",
        "zh": "请现在按下传真机的启动键。",
        "yue": "請而家撳傳真機嘅啟動掣。",
    },
    "fax_goes_to": {"en": "The fax goes to", "zh": "传真将发往", "yue": "傳真會發去"},
    "fax_pin": {
        "en": "Please enter the PIN of the fax mailbox, followed by the hash key.",
        "zh": "请输入传真信箱密码,以井号键结束。",
        "yue": "請輸入傳真信箱密碼,以井號鍵結束。",
    },
    "fax_pin_wrong": {
        "en": "That PIN is not correct.",
        "zh": "密码不正确。",
        "yue": "密碼唔正確。",
    },
    "fax_you_have": {"en": "You have", "zh": "您有", "yue": "你有"},
    "fax_faxes": {"en": "faxes.", "zh": "份传真。", "yue": "份傳真。"},
    "fax_none": {
        "en": "There are no faxes.",
        "zh": "信箱中没有传真。",
        "yue": "信箱入面冇傳真。",
    },
    "fax_from": {"en": "Fax from", "zh": "传真来自", "yue": "傳真嚟自"},
    "fax_unknown": {"en": "an unknown number", "zh": "未知号码", "yue": "未知號碼"},
    "fax_pages": {"en": "pages.", "zh": "页。", "yue": "頁。"},
    "fax_here": {"en": "To receive it now", "zh": "现在接收", "yue": "而家接收"},
    "fax_elsewhere": {
        "en": "To have it sent to another number",
        "zh": "转发到其他号码",
        "yue": "轉發去其他號碼",
    },
    "fax_next": {"en": "For the next one", "zh": "收听下一份", "yue": "聽下一份"},
    "fax_delete": {"en": "To delete it", "zh": "删除", "yue": "刪除"},
    "fax_deleted": {"en": "It is deleted.", "zh": "已删除。", "yue": "已刪除。"},
    "fax_leave": {"en": "When you have finished", "zh": "结束", "yue": "結束"},
    "fax_number": {
        "en": "Please enter the fax number, followed by the hash key.",
        "zh": "请输入传真号码,以井号键结束。",
        "yue": "請輸入傳真號碼,以井號鍵結束。",
    },
    "fax_ordered": {
        "en": "The fax will be sent.",
        "zh": "传真将很快发出。",
        "yue": "傳真好快會發出。",
    },
    "fax_impossible": {
        "en": "No fax can be sent there.",
        "zh": "无法发送传真。",
        "yue": "發唔到傳真。",
    },
    "did_you_say": {"en": "Did you say:", "zh": "您说的是:", "yue": "你講嘅係:"},
    "say_yes_or_no": {
        "en": "Say yes or press 1; say no or press 2.",
        "zh": "是请说是或按1,不是请说不是或按2。",
        "yue": "係請講係或按1,唔係請講唔係或按2。",
    },
    "use_keys": {
        "en": "Please use the keys of your telephone.",
        "zh": "请使用电话按键。",
        "yue": "請使用電話按鍵。",
    },
    "go_back": {"en": "To go back", "zh": "返回", "yue": "返回"},
    "one_moment": {"en": "One moment, please.", "zh": "请稍候。", "yue": "請等等。"},
    "more_choices": {"en": "For more choices", "zh": "更多选项", "yue": "更多選項"},
}
"""By id, then by language code."""


def built_in(name: str, language: str) -> str | None:
    """Return the words of an id in a language; None where there are none."""
    return WORDS[name].get(language.split("-")[0])
