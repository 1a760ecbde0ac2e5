"""演示数据: 云川市, a county that does not exist, with a month of work behind it. Everybody in it is invented."""
