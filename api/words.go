package api

import "innoatlas/geo"

// wordList are the texts of the HTML pages and of the documents, by key.
type wordList map[string]geo.Labels

// in is a text in a language; the key itself where it is not listed.
func (w wordList) in(lang, key string) string {
	if text := w[key].In(lang); text != "" {
		return text
	}
	return key
}

var words = wordList{
	"title": {"en": "Innovation Atlas", "zh": "创新地图"},
	"description": {
		"en": "Joint laboratories, innovation centres and agricultural science-and-technology parks on one map, with the source of every record.",
		"zh": "联合实验室、创新中心与农业科技园区一图总览，每条记录均附来源。",
	},
	"map":            {"en": "Map", "zh": "地图"},
	"collections":    {"en": "Collections", "zh": "数据集"},
	"conformance":    {"en": "Conformance", "zh": "符合性"},
	"api":            {"en": "API", "zh": "接口说明"},
	"records":        {"en": "Records", "zh": "记录"},
	"sources":        {"en": "Sources", "zh": "来源"},
	"source":         {"en": "Source", "zh": "来源"},
	"date":           {"en": "Date", "zh": "日期"},
	"supports":       {"en": "Supports", "zh": "佐证内容"},
	"links":          {"en": "Links", "zh": "链接"},
	"next":           {"en": "Next page", "zh": "下一页"},
	"prev":           {"en": "Page before", "zh": "上一页"},
	"paging":         {"en": "Pages", "zh": "分页"},
	"of":             {"en": "of", "zh": "/ 共"},
	"no records":     {"en": "No record matches.", "zh": "没有符合条件的记录。"},
	"not stated":     {"en": "Not stated", "zh": "未说明"},
	"not understood": {"en": "Not understood and left out:", "zh": "无法识别，已忽略："},
	"whole record":   {"en": "the record", "zh": "整条记录"},
	"skip":           {"en": "Skip to the content", "zh": "跳到正文"},
	"breadcrumbs":    {"en": "You are here", "zh": "当前位置"},
	"other language": {"en": "中文", "zh": "English"},
	"position":       {"en": "Position (longitude, latitude)", "zh": "位置（经度，纬度）"},
	"properties":     {"en": "What is stated", "zh": "已知信息"},
	"property":       {"en": "Property", "zh": "属性"},
	"value":          {"en": "Value", "zh": "值"},
	"count":          {"en": "Facilities", "zh": "机构数"},
	"cooperation":    {"en": "Cooperation figures", "zh": "合作数据"},
	"indicator":      {"en": "Indicator", "zh": "指标"},
	"year":           {"en": "Year of the report", "zh": "报告年份"},
	"extent":         {"en": "Extent (west, south, east, north)", "zh": "范围（西、南、东、北）"},
	"time":           {"en": "Time", "zh": "时间"},
	"from":           {"en": "from", "zh": "自"},
	"to":             {"en": "to", "zh": "至"},
	"parameters":     {"en": "Parameters", "zh": "参数"},
	"parameter":      {"en": "Parameter", "zh": "参数"},
	"meaning":        {"en": "Meaning", "zh": "含义"},
	"answers":        {"en": "Answers", "zh": "返回格式"},
	"classes":        {"en": "The server meets these conformance classes of OGC API - Features:", "zh": "本服务符合以下 OGC API - Features 符合性类："},
	"api intro":      {"en": "Everything can be read with GET. Filters mean the same wherever they are given.", "zh": "所有资源均可用 GET 读取，筛选参数在各处含义一致。"},
	"request id":     {"en": "Request id", "zh": "请求编号"},
	", ":             {"en": ", ", "zh": "、"},

	"facilities by kind":   {"en": "Facilities by kind", "zh": "按类型统计的机构"},
	"facilities by sector": {"en": "Facilities by sector", "zh": "按领域统计的机构"},

	// Titles of links, which JSON has in English only.
	"This document":            {"zh": "本文档"},
	"This document as JSON":    {"zh": "本文档（JSON）"},
	"This document as GeoJSON": {"zh": "本文档（GeoJSON）"},
	"This document as HTML":    {"zh": "本文档（HTML）"},
	"This collection as JSON":  {"zh": "本数据集（JSON）"},
	"This collection as HTML":  {"zh": "本数据集（HTML）"},
	"Records as GeoJSON":       {"zh": "记录（GeoJSON）"},
	"Records as HTML":          {"zh": "记录（HTML）"},
	"All records as GeoJSON":   {"zh": "全部记录（GeoJSON）"},
	"All records as CSV":       {"zh": "全部记录（CSV）"},
	"Counts by value":          {"zh": "按取值统计"},
	"The collection":           {"zh": "所属数据集"},
	"This record by its id":    {"zh": "按编号访问本记录"},
	"Next page":                {"zh": "下一页"},
	"Page before":              {"zh": "上一页"},

	// Filters, columns and properties.
	"id":               {"en": "Id", "zh": "编号"},
	"slug":             {"en": "Short name", "zh": "短名"},
	"kind":             {"en": "Kind", "zh": "类型"},
	"name":             {"en": "Name", "zh": "名称"},
	"name_zh":          {"en": "Name in Chinese", "zh": "中文名称"},
	"name_local":       {"en": "Local name", "zh": "当地名称"},
	"name_local_lang":  {"en": "Language of the local name", "zh": "当地名称的语言"},
	"country":          {"en": "Country", "zh": "国家"},
	"country_name":     {"en": "Country in English", "zh": "国家英文名"},
	"alpha2":           {"en": "Two-letter code", "zh": "两字母代码"},
	"admin1":           {"en": "Province or state", "zh": "省或州"},
	"city":             {"en": "Town", "zh": "城市"},
	"precision":        {"en": "Exactness of the position", "zh": "位置精度"},
	"sector":           {"en": "Sector", "zh": "领域"},
	"sectors":          {"en": "Sectors", "zh": "领域"},
	"partners":         {"en": "Partners", "zh": "合作单位"},
	"host_institution": {"en": "Host", "zh": "依托单位"},
	"established":      {"en": "Founded", "zh": "成立年份"},
	"status":           {"en": "Status", "zh": "状态"},
	"summary":          {"en": "Summary", "zh": "简介"},
	"updated":          {"en": "Last change", "zh": "最近更新"},
	"facilities":       {"en": "Facilities", "zh": "机构数"},
}
