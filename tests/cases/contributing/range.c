	case AGG_RANGE: {
		struct dec range = { -a->min.m, a->min.scale };

		if (agg_sum(&range, a->max))
			return -1;
		num_put_dec(b, range);
		break;
	}
